// The published report of a quarter, by hospital, as GraphQL; Node 18 or newer, nothing to install.
// COORD_ADDRESS=http://127.0.0.1:8000 COORD_TOKEN=coord_… node report.mjs
const { COORD_ADDRESS, COORD_TOKEN } = process.env;
const query = `query ($program: String!, $period: String!) {
  impactReport(program: $program, period: $period, groupBy: [HOSPITAL]) {
    rows { key { key } measures { personTimes { value status } } }
  }
}`;
const answer = await fetch(`${COORD_ADDRESS}/graphql`, {
  method: "POST",
  headers: { "Authorization": `Bearer ${COORD_TOKEN}`, "Content-Type": "application/json" },
  body: JSON.stringify({ query, variables: { program: "DIP", period: "2026Q3" } }),
});
const { data, errors } = await answer.json();
if (errors) throw new Error(errors[0].message);
for (const { key, measures } of data.impactReport.rows) {
  const { value, status } = measures.personTimes;
  console.log(`${key[0].key}\t${value ?? ""}\t${status}`);
}
