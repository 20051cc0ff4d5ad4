-- The rollups of coord as two functions that PostGraphile serves: figures by hospital, and their total.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TYPE bench.figures AS (
  code text, name text, contacts int, person_times int, persons int, sessions int, groups int, events int, minutes int,
  attempts_not_delivered int, cases_opened int, cases_closed int
);
CREATE FUNCTION bench.report(which text, from_month text, to_month text) RETURNS SETOF bench.figures LANGUAGE sql STABLE AS $$
  WITH p AS MATERIALIZED (SELECT id FROM public.program WHERE code = which),
  sums AS MATERIALIZED (
    SELECT place_id, sum(contacts)::int AS contacts, sum(person_times)::int AS person_times, sum(sessions)::int AS sessions,
      sum(events)::int AS events, sum(minutes)::int AS minutes, sum(attempts_not_delivered)::int AS attempts,
      sum(cases_opened)::int AS opened, sum(cases_closed)::int AS closed
    FROM public.measure_sum
    WHERE program_id = (SELECT id FROM p) AND along = 'NOTHING' AND month BETWEEN from_month AND to_month
    GROUP BY place_id
  ),
  things AS MATERIALIZED (
    SELECT place_id, (sum(number) FILTER (WHERE measure = 'persons'))::int AS persons,
      (sum(number) FILTER (WHERE measure = 'groups'))::int AS groups
    FROM public.measure_pair
    WHERE program_id = (SELECT id FROM p) AND along = 'NOTHING' AND month BETWEEN from_month AND to_month
      AND previous < from_month AND measure IN ('persons', 'groups')
    GROUP BY place_id
  )
  SELECT o.code, o.name, s.contacts, s.person_times, coalesce(t.persons, 0), s.sessions, coalesce(t.groups, 0), s.events,
    s.minutes, s.attempts, s.opened, s.closed
  FROM sums s JOIN public.organization o ON o.id = s.place_id LEFT JOIN things t USING (place_id) ORDER BY o.code
$$;
CREATE TYPE bench.total AS (contacts int, person_times int, persons int);
CREATE FUNCTION bench.total(which text, from_month text, to_month text) RETURNS bench.total LANGUAGE sql STABLE AS $$
  WITH p AS MATERIALIZED (SELECT id FROM public.program WHERE code = which),
  sums AS MATERIALIZED (
    SELECT sum(contacts)::int AS contacts, sum(person_times)::int AS person_times FROM public.measure_sum
    WHERE program_id = (SELECT id FROM p) AND along = 'NOTHING' AND month BETWEEN from_month AND to_month
  )
  SELECT contacts, person_times, (
    SELECT sum(number)::int FROM public.measure_pair
    WHERE program_id = (SELECT id FROM p) AND place_id = (SELECT id FROM p) AND along = 'NOTHING'
      AND month BETWEEN from_month AND to_month AND previous < from_month AND measure = 'persons'
  ) FROM sums
$$;
GRANT USAGE ON SCHEMA bench TO coord_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bench TO coord_app;
