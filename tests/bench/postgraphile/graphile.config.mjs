// PostGraphile behind the same wall as coord: each request in the role and with the context of one actor.
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const pgSettings = JSON.parse(process.env.BENCH_SETTINGS);

export default {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ["bench"] })],
  grafserv: {
    port: Number(process.env.PORT), host: "127.0.0.1", graphqlPath: "/graphql", graphiql: false, watch: false,
  },
  grafast: { explain: false, context: () => ({ pgSettings }) },
};
