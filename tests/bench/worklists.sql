-- What tests/bench/worklists.py fills a database with. Client n is of the North hospital when n is divisible by ten.
INSERT INTO client (id, program_id, hospital_id, code, gender, registered_at)
  SELECT md5('client' || n)::uuid, '{p}', CASE WHEN n % 10 = 0 THEN '{north}'::uuid ELSE '{south}' END, 'B-' || n,
    'FEMALE', now() - n % 900 * interval '1 day'
  FROM generate_series(0, {clients} - 1) n;
-- One in fifty consents ends within a month.
INSERT INTO consent (id, client_id, program_id, hospital_id, purpose, categories, basis, signer, channel, text_version,
    text_hash, language, given_on, expires_on, recorded_at)
  SELECT md5('consent' || n)::uuid, md5('client' || n)::uuid, '{p}',
    CASE WHEN n % 10 = 0 THEN '{north}'::uuid ELSE '{south}' END, 'SERVICE', '[]', 'CONSENT', 'SELF', 'PAPER', '1', repeat('0', 64),
    'zh-CN', current_date - 400, current_date + CASE WHEN n / 10 % 50 = 0 THEN 10 ELSE 400 END, now()
  FROM generate_series(0, {clients} - 1) n;
-- A case each, one in ten of them open; the first 25 open ones of the North hospital are the worker's.
INSERT INTO case_file (id, program_id, hospital_id, client_id, worker_id, status, origin, received_on, opened_on, closed_on,
    closure, goals, goals_reached)
  SELECT md5('case' || n)::uuid, '{p}', CASE WHEN n % 10 = 0 THEN '{north}'::uuid ELSE '{south}' END, md5('client' || n)::uuid,
    CASE WHEN n % 10 <> 0 THEN '{nia}'::uuid WHEN n / 10 % 10 = 0 AND n < 2500 THEN '{sam}' ELSE '{eve}' END,
    CASE WHEN n / 10 % 10 = 0 THEN 'INTERVENING' ELSE 'CLOSED' END, 'NEW', current_date - 100 - n % 200,
    current_date - 90 - n % 200, CASE WHEN n / 10 % 10 = 0 THEN NULL ELSE current_date - n % 80 END,
    CASE WHEN n / 10 % 10 = 0 THEN NULL ELSE 'GOALS_REACHED' END, 0, 0
  FROM generate_series(0, {clients} - 1) n;
-- Ten contacts a client over three years, each with one person; what is older than a month is approved.
INSERT INTO service_contact (id, program_id, hospital_id, worker_id, client_id, service_code, target, issues, occurred_on,
    duration_minutes, attendance, is_collateral, anonymous_count, family_present, heads_present, co_worker_count, status,
    source, recorded_at)
  SELECT md5('contact' || n)::uuid, '{p}', CASE WHEN n / 10 % 10 = 0 THEN '{north}'::uuid ELSE '{south}' END,
    CASE WHEN n / 10 % 10 <> 0 THEN '{nia}'::uuid WHEN n / 100 % 10 = 0 AND n < 25000 THEN '{sam}' ELSE '{eve}' END,
    md5('client' || n / 10)::uuid, 'CASE_CONTACT', 'PATIENT', '[]', current_date - n % 1000, 30, 'ATTENDED', false, 0, 0, 1, 0,
    CASE WHEN n % 1000 < 30 THEN 'SUBMITTED' ELSE 'VERIFIED' END, 'PAGE', now() - n % 1000 * interval '1 day'
  FROM generate_series(0, {contacts} - 1) n;
INSERT INTO presence (id, contact_id, program_id, hospital_id, occurred_on, service_code, target, client_id, heads)
  SELECT md5('presence' || id)::uuid, id, program_id, hospital_id, occurred_on, service_code, target, client_id, 1
  FROM service_contact WHERE client_id IS NOT NULL;
-- Three scores an open case, a discharge for each fifth client.
INSERT INTO scale_score (id, program_id, hospital_id, client_id, case_id, scale, version, taken_on, score, status, prorated,
    recorded_at)
  SELECT md5('score' || k || id)::uuid, program_id, hospital_id, client_id, id, 'PHQ9', '1', opened_on + k * 21, 15 - k,
    'COMPLETE', false, now()
  FROM case_file, generate_series(0, 2) k WHERE closed_on IS NULL;
INSERT INTO discharge (id, program_id, hospital_id, client_id, discharged_at, recorded_at)
  SELECT md5('discharge' || n)::uuid, '{p}', CASE WHEN n % 10 = 0 THEN '{north}'::uuid ELSE '{south}' END,
    md5('client' || n)::uuid, now() - n % 1000 * interval '1 day', now()
  FROM generate_series(0, {clients} - 1) n WHERE n / 10 % 5 = 0;
-- Of what is not approved one in twenty is flagged and one in ten drawn; older flags are answered.
INSERT INTO quality_flag (id, contact_id, kind, state, raised_at)
  SELECT md5('flag' || id)::uuid, id, 'TOO_LONG', CASE WHEN status = 'SUBMITTED' THEN 'OPEN' ELSE 'ACCEPTED' END, now()
  FROM service_contact WHERE get_byte(decode(substr(md5(id::text), 1, 2), 'hex'), 0) < 13;
INSERT INTO review_seed (id, program_id, hospital_id, worker_id, month, seed, made_at)
  SELECT md5('seed' || worker_id || month)::uuid, '{p}', hospital_id, worker_id, month, 'bench', now()
  FROM (SELECT DISTINCT hospital_id, worker_id, to_char(occurred_on, 'YYYY-MM') AS month FROM service_contact) m;
INSERT INTO review_pick (id, contact_id, seed_id)
  SELECT md5('pick' || id)::uuid, id, md5('seed' || worker_id || to_char(occurred_on, 'YYYY-MM'))::uuid
  FROM service_contact WHERE get_byte(decode(substr(md5(id::text), 3, 2), 'hex'), 0) < 26;
