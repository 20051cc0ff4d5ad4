"""Two tenants share codes, names and almost their ids: whoever belongs to one hears no value of the other's."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.routing import Route

from coord.access import Role
from schema.app import core
from schema.ids import global_id
from tests.conftest import DATABASES
from tests.databases import used
from tests.interference.stage import stage_template
from tests.interference.viewers import MORE
from tests.schema.walking import documents, everything_of_a_node, types_of_node
from tests.tenants.second import TOKEN, WORDS, add_second_tenant, forget_checks, id_of, secret_of
from tests.world import CAST, CHEN, LIN, NORTH, NORTH_GROUP, PROGRAM_ID, SAM_WORKER
from web.asgi import build

pytestmark = pytest.mark.anyio
FIRST = (*CAST, *(name for name in MORE if name != "apia"))
SECOND = tuple(f"{TOKEN}{role.lower()}" for role in Role)
_THINGS = ("hospital", "program", "worker", "client", "service_group", "service_contact", "placement", "app_user",
           "membership", "contact_import", "quality_flag", "case_file", "invitation")  # fmt: skip
_OTHERS = (LIN, CHEN, NORTH, NORTH_GROUP, PROGRAM_ID, SAM_WORKER)
_HREF = re.compile(r'href="(/[^"#]*)"')
# The mailbox of developers shows every mail, and is not there in production.
_ELSEWHERE = (
    "/development",
    "/static",
    "/graphql",
    "/sign-",
    "/setup",
    "/metrics",
    "/healthz",
    "/readyz",
    "/invitation",
    "/language",
    "/api",
)
_REPORT = '{ impactReport(program: "DIP", period: "2026Q3") { notes { text } } }'
"""What both tenants have published, by the same names: whoever may read it reads the own one."""
_MOST_PAGES, _SHARES, _IDS_AT_ONCE = 8, 5, 4


@asynccontextmanager
async def visit(name: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of somebody."""
    transport = httpx2.ASGITransport(app=build(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8000", headers={"Sec-Fetch-Site": "same-origin"}
    ) as client:
        client.cookies.set("sid", secret_of(name))
        yield client


def _kind_of(path: str) -> str:
    parts = urlsplit(path)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|H\d{3}", "*", parts.path) + "?" + re.sub(r"=[^&]*", "", parts.query)


async def crawled(client: httpx2.AsyncClient) -> AsyncIterator[tuple[str, str]]:
    """Every kind of page that links lead to from home."""
    waiting, seen = ["/"], set[str]()
    while waiting and len(seen) < _MOST_PAGES:
        path = waiting.pop(0).replace("&amp;", "&")
        if _kind_of(path) in seen or path.startswith(_ELSEWHERE):
            continue
        seen.add(_kind_of(path))
        answer = await client.get(path, follow_redirects=True)
        yield path, answer.text
        waiting += _HREF.findall(answer.text)


def guessed(share: int, ids: Sequence[object]) -> Iterator[str]:
    """A share of all routes, with ids of the other tenant where they take one; five people ask them all."""
    routes = [route.path for route in build().routes if isinstance(route, Route) and "GET" in (route.methods or ())]
    for number, path in list(enumerate(routes))[share % _SHARES :: _SHARES]:
        if "{" in path and not path.startswith(_ELSEWHERE):
            filled = path.replace("{kind}", "csv").replace("{ending}", "csv").replace("{code}", "H001")
            yield re.sub(r"\{[^}]*\}", str(ids[number % len(ids)]), filled)
        elif not path.startswith(_ELSEWHERE):
            yield f"{path}?client={ids[number % len(ids)]}&hospital={ids[0]}&program=DIP"


def asked(number: int, ids: Sequence[object]) -> Iterator[str]:
    """A share of all paths through the schema, and everything of each node of the other tenant."""
    yield from documents()[number % len(SECOND) :: len(SECOND)]
    yield _REPORT
    for kind in types_of_node():
        everything = everything_of_a_node(kind.name)
        for it in ids[number % 2 : _IDS_AT_ONCE : 2]:
            yield f'{{ node(id: "{global_id(kind.name, it)}") {everything} }}'  # type: ignore[arg-type]


async def heard(name: str, number: int, foreign: Sequence[object]) -> AsyncIterator[tuple[str, str]]:
    """All that somebody is told: page by page, file by file, document by document."""
    async with visit(name) as client:
        async for path, text in crawled(client):
            yield path, text
        for path in guessed(number, foreign):
            answer = await client.get(path)
            assert answer.status_code < 500, (name, path)
            yield path, answer.text
        for document in asked(number, foreign):
            yield document, (await client.post("/graphql", json={"query": document})).text


@pytest.fixture(scope="module", params=DATABASES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The cast's world with everybody who looks."""
    if request.param == "sqlite":
        world = f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    else:
        world = request.getfixturevalue("postgres_template")
    with stage_template(world, tmp_path_factory.mktemp("tenants")) as url:
        forget_checks(url)
        yield url


def _share(everybody: Sequence[str], template: str) -> Sequence[str]:
    """Everybody on SQLite; on PostgreSQL those who see most of their tenant."""
    few = {"sam", "ola", "adam", f"{TOKEN}social_worker", f"{TOKEN}program_officer", f"{TOKEN}administrator"}
    return [name for name in everybody if template.startswith("sqlite") or name in few]


@pytest.mark.timeout(600)
async def test_nobody_of_either_tenant_is_told_a_value_of_the_other(template: str) -> None:
    assert core.query_type is not None
    async with used(template, pooled=True):
        await add_second_tenant(*FIRST)
        own, reports = {"first": 0, "second": 0}, {"first": 0, "second": 0}
        for number, name in enumerate(_share(FIRST, template)):
            async for where, text in heard(name, number, [id_of(what) for what in _THINGS]):
                assert TOKEN not in text, (name, where)
                own["first"] += any(word in text for word in WORDS)
                reports["first"] += "words of NORTH" in text
        for number, name in enumerate(_share(SECOND, template)):
            async for where, text in heard(name, number, _OTHERS):
                assert [word for word in WORDS if word in text and word not in where] == [], (name, where)
                own["second"] += TOKEN in text
                reports["second"] += f"{TOKEN}words" in text
    assert min(reports.values()) > 0, reports
    # They do hear their own.
    assert min(own.values()) > 5, own
