// Asks a server everything that the public audit of GraphQL over HTTP asks, and prints what it found as JSON.
// Usage: node audit.js URL, with a token of somebody who may introspect in COORD_TOKEN.
import { auditServer } from "graphql-http";

const headers = { authorization: `Bearer ${process.env.COORD_TOKEN}` };
const fetchFn = (url, options = {}) => fetch(url, { ...options, headers: { ...options.headers, ...headers } });

const found = await auditServer({ url: process.argv[2], fetchFn });
console.log(JSON.stringify(found.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
