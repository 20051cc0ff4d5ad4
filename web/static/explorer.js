"use strict";
// Starts GraphiQL with the saved queries. Nothing is kept in the browser: a shared computer forgets.

function memory() {
  const kept = new Map();
  return {
    get length() { return kept.size; },
    getItem: (name) => (kept.has(name) ? kept.get(name) : null),
    setItem: (name, value) => { kept.set(name, String(value)); },
    removeItem: (name) => { kept.delete(name); },
    clear: () => { kept.clear(); },
  };
}

async function ask(parameters, options) {
  const answer = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: {
      "Content-Type": "application/json",
      "Accept": "application/graphql-response+json, application/json;q=0.9",
      ...((options && options.headers) || {}),
    },
    body: JSON.stringify(parameters),
  });
  return answer.json();
}

const root = document.getElementById("explorer");
const queries = JSON.parse(root.dataset.queries);
ReactDOM.createRoot(root).render(
  React.createElement(GraphiQL, {
    fetcher: ask,
    defaultTabs: queries.map((query) => ({ query })),
    shouldPersistHeaders: false,
    storage: memory(),
  }),
);
