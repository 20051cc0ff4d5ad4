"""Everything about a person that leaves carries the notice: each route that makes a file is fetched and looked through."""

import importlib
import inspect
import io
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

import pytest
from graphql import GraphQLObjectType, get_named_type
from python_calamine import CalamineWorkbook
from starlette.routing import BaseRoute, Route

from coord.cases.tables import CaseFile
from coord.clients.disclosure import default_version, notice, version
from coord.language import LANGUAGES
from coord.settings import settings
from coord.work.engine import Database
from schema.app import core
from schema.ids import global_id
from schema.people import ABOUT_PEOPLE as TYPES_ABOUT_PEOPLE
from tests.coord.making import contact, log, stored
from tests.coord.referrals.making import E, by_target, sent
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import LIN, PROGRAM, cast
from web.asgi import routes

pytestmark = pytest.mark.anyio
_MAKES_A_FILE = re.compile(r"table_file\(|file_to_save\(|Content-Disposition")
_IS_A_FILE = re.compile(r"\.[a-z{]+[^/]*$|/fhir$")
Addresses = Callable[[], Awaitable[list[str]]]


async def _case() -> list[str]:
    case = (await stored(CaseFile, CaseFile.client_id == LIN))[0].id
    return [f"/cases/{case}/file.{ending}" for ending in ("xlsx", "csv")]


async def _copy() -> list[str]:
    return [f"/clients/{LIN}/copy.{ending}" for ending in ("json", "html")]


async def _contacts() -> list[str]:
    await log(contact())
    return [f"/export/contacts.{ending}?program={PROGRAM}" for ending in ("xlsx", "csv")]


async def _bundle() -> list[str]:
    made = await sent()
    return [f"/referrals/{made}/fhir?format={form}" for form in ("json", "xml")]


async def _saved() -> list[str]:
    return [
        f"/api/q/{slug}.{e}" for slug in ("latest-contacts", "clients-with-contacts") for e in ("xlsx", "csv", "json")
    ]


ABOUT_PEOPLE: Mapping[str, Addresses] = {
    "/cases/{case}/file.{ending}": _case,
    "/clients/{client}/copy.{ending}": _copy,
    "/export/contacts.{kind}": _contacts,
    "/referrals/{referral}/fhir": _bundle,
    "/api/q/{slug}.{ending}": _saved,
}
"""Files with somebody's data, and where filled ones are fetched."""
WITHOUT: Mapping[str, str] = {
    "/clients/{client}/consents/files/{file:uuid}": "the paper that the person signed, byte for byte: changed, it proves nothing",
    "/cases/{holder}/attachments/{file:uuid}": "a file as it was brought, byte for byte but for what a camera adds",
    "/records/{holder}/attachments/{file:uuid}": "the same, at a record",
    "/imports/{import_id:uuid}/refused.{ending}": "the rows that one brought oneself, to be mended and brought again",
    "/imports/template/{kind}.{ending}": "an empty form",
    "/months/{hospital}/{month}.xlsx": "figures of a month",
    "/export/hospitals.{kind}": "figures of hospitals",
    "/export/numbers.{kind}": "figures",
    "/impact/{program}/report.{kind}": "protected figures of a release",
    "/impact/{foundation}/{program}/report.{kind}": "protected figures of a release",
    "/impact/{program}/pack.zip": "protected figures of a release",
    "/impact/{foundation}/{program}/pack.zip": "protected figures of a release",
    "/impact/{program}/stories.json": "stories that everybody may read by the person's consent, and that name nobody",
    "/impact/{foundation}/{program}/stories.json": "the same, with the foundation in the address",
    "/disclosures/draft.txt": "protected figures of a release, money by purpose",
    "/grants/report.{kind}": "protected figures of a release",
    "/agreements/grants.json": "organizations and money",
    "/agreements/iati.xml": "protected figures of a release, organizations and money",
    "/checkpoints/file": "signatures of the trail",
    "/checkpoints/keys.json": "public keys",
    "/directory/hsds.json": "organizations",
    "/api/schema.graphql": "the schema",
}
"""Files that carry none, each with why."""


def files(found: Iterable[BaseRoute]) -> Iterator[str]:
    """Paths of routes that answer with a file, by their address or by what their function writes."""
    for route in found:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()):
            continue
        if _IS_A_FILE.search(route.path) or _MAKES_A_FILE.search(_source(route.name)):
            yield route.path


def _source(name: str) -> str:
    module, _, function = name.rpartition(".")
    return inspect.getsource(getattr(importlib.import_module(module), function)) if module else ""


def carries(content: bytes, id_of_wording: str) -> bool:
    """Whether a file says the notice with the id of its wording; workbooks are opened."""
    if content.startswith(b"PK"):
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        content = str(rows).encode()
    return id_of_wording.encode() in content


def test_every_file_is_looked_at_or_left_out_for_a_reason() -> None:
    assert set(files(routes())) - ABOUT_PEOPLE.keys() - WITHOUT.keys() == set()
    assert ABOUT_PEOPLE.keys() - set(files(routes())) == set()


@pytest.mark.parametrize("path", ABOUT_PEOPLE)
async def test_every_file_about_a_person_carries_the_notice(database: Database, path: str) -> None:
    for name in ("sam", "sun"):
        async with visiting(name) as visitor:
            for address in await ABOUT_PEOPLE[path]():
                answer = await visitor.get(address)
                assert (address, answer.status_code) == (address, 200)
                assert carries(answer.content, version()), address
        if path.endswith("fhir"):
            break


async def test_every_page_carries_it_onto_paper_and_what_is_shared_on_the_screen(database: Database) -> None:
    referral = await sent()
    await by_target(referral, E.ACCEPT)
    async with visiting("cai") as cai:
        shared = (await cai.get(f"/referrals/{referral}")).text
        assert shared.count(version()) == 2
    async with visiting("sam") as sam:
        for path in (f"/clients/{LIN}", f"/clients/{LIN}/rights", "/cases", "/contacts"):
            assert f'class="on-paper">{notice("en")}' in (await sam.get(path)).text, path


async def test_the_api_says_it_with_a_referral_and_inside_a_copy(database: Database) -> None:
    referral = await sent()
    document = """query ($id: ID!) { node(id: $id) { ... on Referral { disclosure { text version } } } }"""
    async with asking_as(cast.sam) as api:
        said = (await api.data(document, id=global_id("Referral", referral)))["node"]["disclosure"]
    assert said == {"text": notice("en").text, "version": version()}


LISTS = """{ clients(first: 1) { edges { node { code } } } }"""
DEEP = """
query ($id: ID!) { node(id: $id) { ...p } }
fragment p on Client { serviceContacts(first: 1) { edges { node { ... on ServiceContact { occurredOn } } } } }
"""
NOBODY = "{ viewer { name } organizations(first: 1) { totalCount } }"


async def test_every_answer_of_the_api_about_a_person_says_it_and_no_other(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        asked = (await api.ask(LISTS), await api.ask(DEEP, id=global_id("Client", LIN)))
        other = (await api.ask(NOBODY))["extensions"]
    assert [answer["extensions"]["disclosure"] for answer in asked] == [
        {"text": notice("en").text, "version": version()}
    ] * 2
    assert "disclosure" not in other


def test_every_type_that_names_a_client_is_about_people() -> None:
    found = {name for name, kind in core.type_map.items() if isinstance(kind, GraphQLObjectType) and _names_one(kind)}
    assert found - TYPES_ABOUT_PEOPLE == NAMES_A_CLIENT_ONLY
    assert {name for name in TYPES_ABOUT_PEOPLE if name not in core.type_map} == set()


def _names_one(kind: GraphQLObjectType) -> bool:
    return any(
        get_named_type(field.type).name in {"Client", "ClientIdentity"} or name in {"client", "clientCode"}
        for name, field in kind.fields.items()
    )


NAMES_A_CLIENT_ONLY = {"ClientEdge", "ClientRegistered", "ClientChanged"}
"""Wrappers: what is selected in them is a client."""


def test_a_file_without_it_is_found() -> None:
    assert not carries(b"a;b;c", version())
    assert not carries(b"RD-0000000000", version())


def test_another_wording_has_another_id_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version()
    assert before == default_version()
    english = notice("en").text
    monkeypatch.setenv("COORD_DISCLOSURE_NOTICE_KO", "다른 문구")
    settings.cache_clear()
    try:
        assert (notice("ko").text, notice("en").text) == ("다른 문구", english)
        assert {notice(language).version for language in LANGUAGES} == {version()}
        assert version() != before
    finally:
        monkeypatch.undo()
        settings.cache_clear()
