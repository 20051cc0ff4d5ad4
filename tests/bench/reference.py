"""What the API is measured against: the same two answers by hand, Starlette and SQL alone, and one that is only sent.

The same work is done: the token is looked up with its person and their programs, only rows of these
programs are read, page and numbers have the shape and the order of the API's answer.
"""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
from psycopg.rows import TupleRow
from sqlalchemy.engine import make_url
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CONNECTIONS = 10
_WHO = """SELECT u.id, array(SELECT p.id FROM membership m JOIN program p ON p.foundation_id = m.organization_id
  WHERE m.user_id = u.id AND m.role = 'PROGRAM_OFFICER' AND m.starts_on <= CURRENT_DATE
    AND (m.ends_on IS NULL OR m.ends_on >= CURRENT_DATE))
FROM api_token t JOIN app_user u ON u.id = t.user_id
WHERE t.token_hash = %s AND t.revoked_at IS NULL AND t.expires_at > now() AND u.is_active"""
_STILL_HOLDS = _WHO.replace("SELECT u.id,", "SELECT (SELECT max(version::text) FROM measure_state),", 1)
_READY = orjson.dumps({"data": "x" * 14_900})
"""As long as ten measures of a year by hospital are."""
_LIST = """SELECT c.id, c.occurred_on, c.duration_minutes, c.service_code, c.stage, c.status, c.heads_present, c.target,
  cl.id, cl.code, cl.birth_year, w.id, w.code, w.display_name, h.id, h.code, h.name
FROM (SELECT * FROM service_contact WHERE {scope} AND withdrawn_at IS NULL
      ORDER BY occurred_on DESC, id DESC LIMIT %s) c
LEFT JOIN client cl ON cl.id = c.client_id AND cl.{scope}
JOIN worker w ON w.id = c.worker_id JOIN organization h ON h.id = c.hospital_id
ORDER BY c.occurred_on DESC, c.id DESC"""
_COUNTED = (
    "CASE_CONTACT", "GROUP_SESSION", "COMMUNITY_EVENT", "BEDSIDE_VISIT", "HOME_VISIT", "CONSULTATION", "CRISIS",
    "DISCHARGE_PLAN", "SUPPORTER_TRAINING", "HOTLINE",
)  # fmt: skip
_CONTACTS = """SELECT {by} count(*) FILTER (WHERE attendance = 'ATTENDED'),
  count(*) FILTER (WHERE attendance = 'ATTENDED' AND service_code = 'GROUP_SESSION'),
  count(DISTINCT group_id) FILTER (WHERE attendance = 'ATTENDED' AND service_code = 'GROUP_SESSION'),
  count(*) FILTER (WHERE attendance = 'ATTENDED' AND service_code = 'COMMUNITY_EVENT'),
  coalesce(sum(duration_minutes * (co_worker_count + 1)) FILTER (WHERE attendance = 'ATTENDED'), 0),
  count(*) FILTER (WHERE attendance <> 'ATTENDED')
FROM service_contact WHERE program_id = %s AND program_id = ANY(%s) AND withdrawn_at IS NULL
  AND occurred_on BETWEEN %s AND %s"""
_PRESENCE = """SELECT {by} coalesce(sum(heads), 0), count(DISTINCT person_id) FROM presence
WHERE program_id = %s AND program_id = ANY(%s) AND occurred_on BETWEEN %s AND %s
  AND service_code = ANY(%s) AND target <> 'STAFF'"""
_CASES = """SELECT {by} count(*) FROM case_file
WHERE program_id = %s AND program_id = ANY(%s) AND {day} BETWEEN %s AND %s"""


class Connections:
    """A fixed number of open connections, handed out in turn."""

    def __init__(self, url: str) -> None:
        """Nothing is opened yet."""
        self._url = make_url(url).render_as_string(hide_password=False)
        self._free: asyncio.Queue[psycopg.AsyncConnection[TupleRow]] = asyncio.Queue()

    async def open(self) -> None:
        """Open all of them; reading is done without a transaction of its own."""
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await psycopg.AsyncConnection.connect(self._url, autocommit=True))

    @asynccontextmanager
    async def one(self) -> AsyncIterator[psycopg.AsyncConnection[TupleRow]]:
        """A connection for one request."""
        connection = await self._free.get()
        try:
            yield connection
        finally:
            self._free.put_nowait(connection)


def _global(kind: str, row_id: Any) -> str:
    return base64.b64encode(f"{kind}:{row_id}".encode()).decode()


def _cursor(row: Sequence[Any]) -> str:
    text = f'[1,"{row[1]}","{row[0]}"]'
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _contact(row: Sequence[Any]) -> dict[str, Any]:
    counts = row[3] in _COUNTED and row[7] != "STAFF"
    client = None if row[8] is None else {"id": _global("Client", row[8]), "code": row[9], "birthYear": row[10]}
    return {
        "id": _global("ServiceContact", row[0]), "occurredOn": row[1], "durationMinutes": row[2],
        "serviceCode": row[3], "stage": row[4], "personTimes": row[6] if counts else 0, "status": row[5],
        "client": client,
        "worker": {"id": _global("Worker", row[11]), "code": row[12], "displayName": row[13]},
        "hospital": {"id": _global("Organization", row[14]), "code": row[15], "name": row[16]},
    }  # fmt: skip


class Reference:
    """The two endpoints."""

    def __init__(self, url: str) -> None:
        """Read from the database at a URL."""
        self._connections = Connections(url)

    async def open(self) -> None:
        """Open the connections."""
        await self._connections.open()

    async def _programs(self, connection: Any, request: Request) -> list[Any] | None:
        secret = request.headers.get("authorization", "").removeprefix("Bearer ")
        cursor = await connection.execute(_WHO, [hashlib.sha256(secret.encode()).hexdigest()])
        found = await cursor.fetchone()
        return None if found is None else found[1]

    async def list(self, request: Request) -> Response:
        """A page of contacts with client, worker and hospital."""
        first = int((await _variables(request))["first"])
        async with self._connections.one() as connection:
            programs = await self._programs(connection, request)
            if programs is None:
                return Response(status_code=401)
            # One program as an equality: the index then gives the order, as the API's row rule has it.
            one = len(programs) == 1
            scope = "program_id = %s" if one else "program_id = ANY(%s)"
            given = programs[0] if one else programs
            rows = await (await connection.execute(_LIST.format(scope=scope), [given, first + 1, given])).fetchall()
        shown = rows[:first]
        page = {"hasNextPage": len(rows) > first, "endCursor": _cursor(shown[-1]) if shown else None}
        return _json({"serviceContacts": {"edges": [{"node": _contact(row)} for row in shown], "pageInfo": page}})

    async def measures(self, request: Request) -> Response:
        """The numbers of a year by hospital, and in total."""
        asked = await _variables(request)
        async with self._connections.one() as connection:
            programs = await self._programs(connection, request)
            if programs is None:
                return Response(status_code=401)
            found = await (
                await connection.execute("SELECT id FROM program WHERE code = %s", [asked["program"]])
            ).fetchone()
            assert found is not None
            scope = [found[0], programs, asked["from"], asked["to"]]
            cells = await self._figures(connection, scope, "hospital_id,")
            total = (await self._figures(connection, scope, ""))[None]
            known = await (await connection.execute("SELECT id, code, name FROM organization")).fetchall()
        names = {row[0]: (row[1], row[2]) for row in known}
        rows = sorted(((names[key], figures) for key, figures in cells.items()), key=lambda row: row[0][0])
        shown = [{"key": [{"key": k, "label": label}], "measures": figures} for (k, label), figures in rows]
        return _json(
            {"measures": {"rows": shown, "total": {k: total[k] for k in ("contacts", "personTimes", "persons")}}}
        )

    async def ready(self, request: Request) -> Response:
        """Bytes that lie ready, once one statement has said whose the token is and which version the figures have.

        No answer that is kept can cost less as long as a token that was revoked stops with the next question.
        """
        await request.body()
        secret = request.headers.get("authorization", "").removeprefix("Bearer ")
        async with self._connections.one() as connection:
            cursor = await connection.execute(_STILL_HOLDS, [hashlib.sha256(secret.encode()).hexdigest()])
            found = await cursor.fetchone()
        return Response(_READY, media_type="application/json") if found else Response(status_code=401)

    async def _figures(self, connection: Any, scope: Sequence[Any], by: str) -> dict[Any, dict[str, int]]:
        group = " GROUP BY hospital_id" if by else ""
        parts: list[tuple[str, Sequence[Any], tuple[str, ...]]] = [
            (
                _CONTACTS.format(by=by),
                scope,
                ("contacts", "sessions", "groups", "events", "minutes", "attemptsNotDelivered"),
            ),
            (_PRESENCE.format(by=by), [*scope, list(_COUNTED)], ("personTimes", "persons")),
            (_CASES.format(by=by, day="opened_on"), scope, ("casesOpened",)),
            (_CASES.format(by=by, day="closed_on"), scope, ("casesClosed",)),
        ]
        order = (
            "contacts", "personTimes", "persons", "sessions", "groups", "events", "minutes", "attemptsNotDelivered",
            "casesOpened", "casesClosed",
        )  # fmt: skip
        found: dict[Any, dict[str, int]] = {}
        for statement, values, names in parts:
            for row in await (await connection.execute(statement + group, values)).fetchall():
                key, figures = (row[0], row[1:]) if by else (None, row)
                cell = found.setdefault(key, dict.fromkeys(order, 0))
                cell.update(zip(names, map(int, figures), strict=True))
        return found


async def _variables(request: Request) -> Mapping[str, Any]:
    found: Mapping[str, Any] = orjson.loads(await request.body())["variables"]
    return found


def _json(data: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps({"data": data}), media_type="application/json")


def build(url: str) -> Starlette:
    """The reference as an application."""
    reference = Reference(url)

    @asynccontextmanager
    async def opened(_: Starlette) -> AsyncIterator[None]:
        await reference.open()
        yield

    routes = [
        Route("/list", reference.list, methods=["POST"]),
        Route("/measures", reference.measures, methods=["POST"]),
        Route("/ready", reference.ready, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=opened)
