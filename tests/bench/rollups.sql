-- What tests/bench/rollups.py fills a database with: hospitals of skewed size, ten contacts a client over three years,
-- every seventh contact a session of a group, a case for every third client.
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
-- Rows are right by construction: no trigger, no check of foreign keys.
SET session_replication_role = replica;
INSERT INTO organization (id, foundation_id, code, name, kind, province, fictional, search_text)
  SELECT md5('hospital' || n)::uuid, '{foundation}', 'B' || lpad(n::text, 3, '0'), 'Bench hospital ' || n, 'HOSPITAL',
    (ARRAY['北京', '湖北', '广东', '四川'])[1 + n % 4], true, 'b' || n
  FROM generate_series(0, {hospitals} - 1) n;
INSERT INTO participation (id, program_id, organization_id, part, starts_on)
  SELECT md5('part' || n)::uuid, '{p}', md5('hospital' || n)::uuid, 'HOSPITAL', '2023-01-01'
  FROM generate_series(0, {hospitals} - 1) n;
INSERT INTO placement (id, program_id, hospital_id, employer_id, worker_id, model, starts_on)
  SELECT md5('post' || n)::uuid, '{p}', md5('hospital' || n)::uuid, '{agency}', '{worker}', 'EMBEDDED', '2023-01-01'
  FROM generate_series(0, {hospitals} - 1) n;
-- The square makes few hospitals large and many small.
CREATE UNLOGGED TABLE bench_client AS
  SELECT n, md5('client' || n)::uuid AS id,
    md5('hospital' || floor({hospitals} * power((n::bigint * 7919 % 10007) / 10007.0, 2)))::uuid AS hospital_id
  FROM generate_series(0, {clients} - 1) n;
INSERT INTO client (id, program_id, hospital_id, code, gender, birth_year, registered_at)
  SELECT id, '{p}', hospital_id, 'B-' || n, CASE WHEN n % 3 = 0 THEN 'MALE' ELSE 'FEMALE' END, 1950 + n % 60, '2023-10-01'
  FROM bench_client;
-- Indexes are made anew over the whole: many times faster than row by row.
CREATE UNLOGGED TABLE bench_index AS
  SELECT i.indexname, i.indexdef FROM pg_indexes i
  WHERE i.tablename IN ('service_contact', 'presence', 'case_file') AND NOT EXISTS (
    SELECT FROM pg_constraint c WHERE c.conindid = (quote_ident(i.schemaname) || '.' || quote_ident(i.indexname))::regclass
  );
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT indexname FROM bench_index LOOP EXECUTE format('DROP INDEX %I', one.indexname); END LOOP;
END $$;
INSERT INTO service_group (id, program_id, hospital_id, name, planned_sessions, duration_minutes, target, kind, created_at)
  SELECT md5('group' || o.id || g)::uuid, '{p}', o.id, 'Group ' || g, 6, 60, 'PATIENT', 'SUPPORT', now()
  FROM organization o, generate_series(0, 19) g WHERE o.code LIKE 'B___';
-- Three years to the end of September 2026; one in twenty did not take place.
CREATE UNLOGGED TABLE bench_contact AS
  SELECT uuid_in(overlay(overlay(lpad(to_hex(c.n::bigint * 10 + k), 32, '0') PLACING '7' FROM 13) PLACING '8' FROM 17)::cstring) AS id,
    c.id AS client_id, c.hospital_id, k % 7 = 6 AS in_group, (c.n + k) % 20 <> 0 AS attended,
    (ARRAY['CASE_CONTACT', 'BEDSIDE_VISIT', 'CONSULTATION', 'HOME_VISIT', 'DISCHARGE_PLAN'])[1 + (c.n + k) % 5] AS code,
    (ARRAY['SEEKING_CARE', 'TREATMENT', 'REHABILITATION', 'SOCIAL_REINTEGRATION'])[1 + (c.n * 7 + k) % 4] AS stage,
    date '2026-09-30' - ((c.n * 31 + k * 107) % 1095) AS day, md5('group' || c.hospital_id || (c.n % 20))::uuid AS group_id
  FROM bench_client c, generate_series(0, 9) k;
INSERT INTO service_contact (id, program_id, hospital_id, agency_id, worker_id, client_id, group_id, service_code, stage, target,
    issues, occurred_on, duration_minutes, attendance, is_collateral, anonymous_count, family_present, heads_present,
    co_worker_count, status, source, recorded_at)
  SELECT id, '{p}', hospital_id, '{agency}', '{worker}', CASE WHEN NOT in_group THEN client_id END,
    CASE WHEN in_group THEN group_id END, CASE WHEN in_group THEN 'GROUP_SESSION' ELSE code END, stage, 'PATIENT', '[]', day,
    30, CASE WHEN attended THEN 'ATTENDED' ELSE 'NO_SHOW' END, false, 0, 0, attended::int, 0, 'VERIFIED', 'PAGE',
    day + time '20:00'
  FROM bench_contact;
INSERT INTO presence (id, contact_id, program_id, hospital_id, agency_id, occurred_on, service_code, stage, target, client_id,
    person_id, heads)
  SELECT id, id, '{p}', hospital_id, '{agency}', day, CASE WHEN in_group THEN 'GROUP_SESSION' ELSE code END, stage, 'PATIENT',
    client_id, client_id, 1
  FROM bench_contact WHERE attended;
INSERT INTO case_file (id, program_id, hospital_id, agency_id, client_id, worker_id, status, origin, received_on, opened_on,
    closed_on, closure, goals, goals_reached)
  SELECT md5('case' || n)::uuid, '{p}', hospital_id, '{agency}', id, '{worker}', 'CLOSED', 'NEW', day, day, day + 90,
    'GOALS_REACHED', 3, n % 4
  FROM (SELECT *, date '2026-06-30' - (n * 31 % 1000) AS day FROM bench_client) c WHERE n % 3 = 0;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT indexdef FROM bench_index LOOP EXECUTE one.indexdef; END LOOP;
END $$;
DROP TABLE bench_client, bench_contact, bench_index;
