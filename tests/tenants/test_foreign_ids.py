"""Every operation of the API, with each id that it takes: a foreign one is answered like one that never was.

For everybody of the first tenant, byte by byte: status, body and cost. Foreign are the rows of another tenant, of every
kind, and for social workers the people of the sibling hospital.
"""

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type, is_leaf_type
from sqlalchemy import make_url
from typing_extensions import override

from coord.clients.tables import Client
from schema.app import core
from schema.budget import Budget
from schema.ids import global_id
from tests.databases import used
from tests.interference.documents import Value, Writer
from tests.interference.leaks import error_naming_a_foreign_code
from tests.interference.stage import stage_template
from tests.interference.viewers import MORE
from tests.interference.worlds import PRESENT
from tests.schema.walking import types_of_node
from tests.tenants.second import add_second_tenant, forget_checks, id_of
from tests.tenants.test_two_tenants import visit
from tests.world import CAST, CHEN, LIN, NORTH, NORTH_GROUP, SAM_WORKER, SOUTH_ZHAO, fixed

pytestmark = pytest.mark.anyio
VIEWERS = (*CAST, *(name for name in MORE if name != "apia"))
_OWN: Mapping[str, UUID] = {"Organization": NORTH, "Worker": SAM_WORKER, "Client": LIN, "ServiceGroup": NORTH_GROUP}
"""What social workers of North know of each kind; of other kinds there is nothing yet."""
_TABLES = {"Organization": "hospital", "User": "app_user"}
"""What the second tenant calls its own, where that is not the name of the kind."""
_NAMED = {
    "hospital": "Organization", "hospitals": "Organization", "source": "Organization", "target": "Organization",
    "organization": "Organization", "hosts": "Organization", "recipients": "Organization", "worker": "Worker",
    "coWorkers": "Worker", "client": "Client", "attendees": "Client", "absentees": "Client", "caseFile": "CaseFile",
    "consent": "Consent", "referral": "Referral", "parent": "Referral", "serviceContact": "ServiceContact",
    "group": "ServiceGroup",
}  # fmt: skip
_PLAIN: Mapping[str, str] = {
    "UUID": '"01890000-0000-7000-8000-000000000001"', "Date": '"2026-09-03"', "DateTime": '"2026-09-03T10:00:00+08:00"',
    "Decimal": '"12.5"', "Int": "5", "Float": "1.5", "Boolean": "true",
}  # fmt: skip


_REMAINING = re.compile(r'"remaining":\d+')
"""Every request costs the person who asks a little, whatever it is about."""


def _kind(name: str, field: str) -> str:
    """What kind of thing an argument names."""
    if name in _NAMED:
        return _NAMED[name]
    found = next((kind for kind in types_of_node() if kind.name.lower() in f"{name} {field}".lower()), None)
    return found.name if found else "Client"


class _Generous(random.Random):
    """Chance that leaves nothing out and makes lists of one."""

    @override
    def random(self) -> float:
        """Below every limit."""
        return 0.0

    @override
    def randint(self, a: int, b: int) -> int:
        """One, where that is possible."""
        return min(max(1, a), b)


@dataclass
class Filled:
    """Writes a field with every argument; all ids in it are own ones but that at one place."""

    root: GraphQLObjectType
    field: str
    place: int = -1
    given: str = ""
    names: list[str] = dataclass_field(default_factory=list)
    """The names of the ids, in the order in which they are written."""

    def document(self) -> str:
        """The field with the least of an answer."""
        values: dict[str, Value] = {"ID": self._identifier, "String": _words}
        for kind, text in _PLAIN.items():
            values[kind] = partial(lambda text, _name: text, text)
        writer, about = Writer(_Generous(1), values), self.root.fields[self.field]
        given = ", ".join(f"{name}: {writer._value(name, arg.type)}" for name, arg in about.args.items())  # noqa: SLF001  as it writes them
        inner = "" if is_leaf_type(get_named_type(about.type)) else "{ __typename }"
        prefix = "mutation " if self.root is core.mutation_type else ""
        return f"{prefix}{{ {self.field}({given}) {inner} }}"

    def _identifier(self, name: str) -> str:
        self.names.append(name)
        if len(self.names) - 1 == self.place:
            return f'"{self.given}"'
        kind = _kind(name, self.field)
        return f'"{global_id(kind, _OWN.get(kind, CHEN))}"'


def _words(name: str) -> str:
    if name in {"after", "before"}:
        return "null"
    return {"program": '"DIP"', "month": '"2026-09"', "from": '"2026-01-01"', "to": '"2026-12-31"'}.get(name, '"words"')


def _takes_ids(kind: object, seen: frozenset[str] = frozenset()) -> bool:
    named = get_named_type(kind)  # type: ignore[call-overload]
    if isinstance(named, GraphQLInputObjectType) and named.name not in seen:
        return any(_takes_ids(field.type, seen | {named.name}) for field in named.fields.values())
    return bool(named.name == "ID")


def operations() -> Iterator[tuple[GraphQLObjectType, str]]:
    """Every root field that takes an id."""
    for root in (core.query_type, core.mutation_type):
        assert root is not None
        for name, field in root.fields.items():
            if any(_takes_ids(argument.type) for argument in field.args.values()):
                yield root, name


def _called(kind: str) -> str:
    """What the second tenant calls its own of a kind."""
    return _TABLES.get(kind) or re.sub("(?<!^)([A-Z])", r"_\1", kind).lower()


def _pairs(viewer: str, name: str, field: str) -> Iterator[tuple[str, str]]:
    """Ids of somebody else's and of nothing, of the kind that an argument names; for ``node`` of every kind."""
    kinds = [kind.name for kind in types_of_node()] if field == "node" else [_kind(name, field)]
    for kind in kinds:
        absent = global_id(kind, fixed("absent"))
        yield global_id(kind, id_of(_called(kind))), absent
        if kind == "Client" and viewer in {"sam", "nia"}:
            yield global_id(kind, SOUTH_ZHAO if viewer == "sam" else LIN), absent


def names_of(root: GraphQLObjectType, field: str) -> Sequence[str]:
    """The names of the ids that a field takes."""
    filled = Filled(root, field)
    filled.document()
    return filled.names


def asked(viewer: str) -> Iterator[tuple[str, str, str, str]]:
    """A document with a foreign id and the same with an absent one, and both ids."""
    for root, field in operations():
        for place, name in enumerate(names_of(root, field)):
            for foreign, absent in _pairs(viewer, name, field):
                yield (
                    Filled(root, field, place, foreign).document(), foreign,
                    Filled(root, field, place, absent).document(), absent,
                )  # fmt: skip


@pytest.fixture(scope="module")
def template(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The cast's world with everybody who looks, on SQLite: that both databases give the same rows is proven elsewhere."""
    with stage_template(f"sqlite:///{sqlite_template}", tmp_path_factory.mktemp("foreign")) as url:
        forget_checks(url)
        yield url


@pytest.fixture
def world(template: str, tmp_path: Path) -> str:
    """A copy for one test: what it changes, sessions among them, another one does not find."""
    shutil.copy(str(make_url(template).database), tmp_path / "foreign.sqlite")
    return f"sqlite:///{tmp_path / 'foreign.sqlite'}"


async def _answer(client: httpx2.AsyncClient, document: str, given: str) -> tuple[int, str]:
    answer = await client.post("/graphql", json={"query": document})
    return answer.status_code, _REMAINING.sub("", answer.text.replace(given, "ID"))


def test_every_id_that_an_operation_takes_is_tried() -> None:
    tried = {field: len(names_of(root, field)) for root, field in operations()}
    assert len(tried) > 30
    assert all(tried.values())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_foreign_id_is_answered_like_one_that_never_was(
    world: str, monkeypatch: pytest.MonkeyPatch, viewer: str
) -> None:
    monkeypatch.setattr("schema.asgi.Budget", partial(Budget, 10**9))
    statuses = Counter[int]()
    async with used(world, pooled=True):
        await add_second_tenant(viewer)
        async with visit(viewer) as client:
            for one, foreign, other, absent in asked(viewer):
                heard = await _answer(client, one, foreign)
                assert heard == await _answer(client, other, absent), one
                statuses[heard[0]] += 1
    assert set(statuses) == {200}, statuses


@pytest.mark.timeout(600)
async def test_an_answer_that_tells_them_apart_is_found(world: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error_naming_a_foreign_code(monkeypatch)
    monkeypatch.setattr(PRESENT, "rows", [(Client, {"id": SOUTH_ZHAO, "code": "SOUTH-0001"})])
    async with used(world, pooled=True):
        await add_second_tenant("sam")
        async with visit("sam") as client:
            apart = [
                one
                for one, foreign, other, absent in asked("sam")
                if global_id("Client", SOUTH_ZHAO) in one
                and await _answer(client, one, foreign) != await _answer(client, other, absent)
            ]
    assert apart != []
