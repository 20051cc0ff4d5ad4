"""Asking the GraphQL door as a member of the cast."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.applications import Starlette

from coord.access import Actor, TokenScope, system
from coord.identity import CreateToken, issue_token
from coord.work import begin
from schema.asgi import routes
from schema.budget import Budget

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
_ISSUER = system("test", "makes tokens for the cast", "identity.authenticate")


async def token_of(actor: Actor, **made_for: Any) -> str:
    """A fresh API token of a member of the cast, that may read and write unless it is said otherwise."""
    given = CreateToken.parse({"name": "test", "scopes": list(TokenScope), **made_for})
    async with begin(_ISSUER) as unit:
        return await issue_token(unit, f"{actor.name.lower()}@demo.example", given)


@dataclass
class Api:
    """The door, and the headers of whoever asks."""

    http: httpx2.AsyncClient
    token: str = ""

    async def post(self, body: Any, **headers: str) -> httpx2.Response:
        """Send a JSON body."""
        return await self.http.post("/graphql", json=body, headers={**self.headers, **headers})

    @property
    def headers(self) -> Mapping[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to a document."""
        answer = await self.post({"query": query, "variables": variables}, Accept=GRAPHQL)
        found: dict[str, Any] = answer.json()
        return found

    async def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer that must be without errors."""
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found


@asynccontextmanager
async def door(budget: Budget | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """The door's own routes, without the middleware of the web process."""
    app = Starlette(routes=[*routes(budget)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


@asynccontextmanager
async def asking_as(actor: Actor, budget: Budget | None = None) -> AsyncIterator[Api]:
    """The door, asked by a member of the cast."""
    async with door(budget) as client:
        yield Api(client, await token_of(actor))
