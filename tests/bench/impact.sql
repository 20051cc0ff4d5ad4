-- What tests/bench/impact.py fills a database with: hospitals of skewed size with posts, ten contacts a client over three years.
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
INSERT INTO month_lock (id, program_id, hospital_id, month, locked_at)
  SELECT md5('lock' || o.id || m)::uuid, '{p}', o.id, m, now()
  FROM organization o, unnest(ARRAY['2026-07', '2026-08', '2026-09']) m WHERE o.kind = 'HOSPITAL';
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
  WHERE i.tablename IN ('service_contact', 'presence') AND NOT EXISTS (
    SELECT FROM pg_constraint c WHERE c.conindid = (quote_ident(i.schemaname) || '.' || quote_ident(i.indexname))::regclass
  );
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT indexname FROM bench_index LOOP EXECUTE format('DROP INDEX %I', one.indexname); END LOOP;
END $$;
-- Three years to the end of September 2026; of ten contacts with a person the first is on a day of its own.
INSERT INTO service_contact (id, program_id, hospital_id, worker_id, client_id, service_code, target, issues, occurred_on,
    duration_minutes, attendance, is_collateral, anonymous_count, family_present, heads_present, co_worker_count, status,
    source, recorded_at)
  SELECT uuid_in(overlay(overlay(lpad(to_hex(c.n::bigint * 10 + k), 32, '0') PLACING '7' FROM 13) PLACING '8' FROM 17)::cstring),
    '{p}', c.hospital_id, '{worker}', c.id, 'CASE_CONTACT', 'PATIENT', '[]', date '2026-09-30' - ((c.n * 31 + k * 107) % 1095),
    30, 'ATTENDED', false, 0, 0, 1, 0, 'VERIFIED', 'PAGE', '2026-10-01'
  FROM bench_client c, generate_series(0, 9) k;
INSERT INTO presence (id, contact_id, program_id, hospital_id, occurred_on, service_code, target, client_id, heads)
  SELECT id, id, program_id, hospital_id, occurred_on, service_code, target, client_id, 1 FROM service_contact
  WHERE client_id IS NOT NULL AND duration_minutes = 30;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT indexdef FROM bench_index LOOP EXECUTE one.indexdef; END LOOP;
END $$;
DROP TABLE bench_client, bench_index;
