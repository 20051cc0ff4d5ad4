"""The directory as HSDS: right by the official schema, the same ids each time, and no person in it."""

import copy
import functools
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from coord.exchange import hsds_directory
from coord.exchange.hsds import organization_of
from coord.kernel.errors import NotAllowed
from coord.language import words
from coord.organizations.tables import OrganizationKind
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory import Capacity
from coord.referrals.directory.reads import Entry
from coord.work import begin
from coord.work.engine import Database
from tests.web.visit import visiting
from tests.world import CENTER, FOUNDATION, cast

SCHEMA = Path(__file__).parents[2] / "data" / "standards" / "hsds-organization.json.gz"
ENTRY = Entry(
    id=UUID("0198f6a0-0000-7000-8000-00000000000a"), code="C09", name="青屏社区中心", kind=OrganizationKind.COMMUNITY_ORG,
    foundation_id=FOUNDATION, services=[ReferralNeed.HOUSING, ReferralNeed.COUNSELING], districts=["海淀区"],
    eligibility="成年人", capacity=Capacity.NO_CAPACITY, opening_hours="周一至周五 9:00-17:00", phone="010-5550100",
    phones_day_and_night="010-5550199", contact_role="接待处", confirmed_at=datetime(2026, 9, 1, tzinfo=UTC),
)  # fmt: skip


@functools.cache
def _validator() -> Draft202012Validator:
    checker = FormatChecker(["uuid", "email"])

    checker.checks("date-time")(_is_moment)
    return Draft202012Validator(json.loads(gzip.decompress(SCHEMA.read_bytes())), format_checker=checker)


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def wrong(item: Any) -> list[str]:
    """The places that the official schema refuses."""
    return [".".join(map(str, error.absolute_path)) for error in _validator().iter_errors(item)]


def _put(*path: Any, value: Any = None) -> Callable[[Any], None]:
    def change(item: Any) -> None:
        for step in path[:-1]:
            item = item[step]
        if value is None:
            del item[path[-1]]
        else:
            item[path[-1]] = value

    return change


MUTANTS: list[tuple[str, Callable[[Any], None]]] = [
    ("", _put("id")),
    ("", _put("name")),
    ("", _put("description")),
    ("id", _put("id", value="7")),
    ("name", _put("name", value=7)),
    ("services", _put("services", value={})),
    ("services.0", _put("services", 0, "id")),
    ("services.0", _put("services", 0, "name")),
    ("services.0", _put("services", 0, "status")),
    ("services.0.status", _put("services", 0, "status", value="open")),
    ("services.0.id", _put("services", 0, "id", value="not a uuid")),
    ("services.0.last_modified", _put("services", 0, "last_modified", value="yesterday")),
    ("services.0.schedules.0", _put("services", 0, "schedules", 0, "id")),
    ("services.0.service_areas.0.name", _put("services", 0, "service_areas", 0, "name", value=1)),
    ("phones.0", _put("phones", 0, "number")),
    ("contacts.0.id", _put("contacts", 0, "id", value="x")),
    ("organization_identifiers.0", _put("organization_identifiers", 0, "identifier_type")),
    ("organization_identifiers.0", _put("organization_identifiers", 0, "identifier")),
]


@pytest.mark.parametrize(("place", "change"), MUTANTS, ids=[f"{n}: {m[0]}" for n, m in enumerate(MUTANTS)])
def test_the_schema_sees_every_mutant(place: str, change: Callable[[Any], None]) -> None:
    item = copy.deepcopy(organization_of(ENTRY, words("en")))
    change(item)
    assert place in wrong(item)


@pytest.mark.parametrize("language", ["zh-CN", "en", "ko"])
def test_a_full_and_an_empty_entry_are_right(language: str) -> None:
    empty = Entry(id=ENTRY.id, code="X", name="X", kind=OrganizationKind.SCHOOL, foundation_id=FOUNDATION)
    assert [wrong(organization_of(entry, words(language))) for entry in (ENTRY, empty)] == [[], []]
    assert organization_of(ENTRY, words(language)) == organization_of(ENTRY, words(language))


def test_who_has_no_room_is_closed_for_a_time() -> None:
    services = organization_of(ENTRY, words("en"))["services"]
    assert {one["status"] for one in services} == {"temporarily closed"}
    assert [one["alternate_name"] for one in services] == ["HOUSING", "COUNSELING"]


@pytest.mark.anyio
async def test_the_whole_directory_is_right_and_names_nobody(database: Database) -> None:
    async with begin(cast.sam) as unit:
        found = await hsds_directory(unit)
    assert [wrong(item) for item in found["contents"]] == [[]] * found["total_items"]
    assert str(CENTER) in {item["id"] for item in found["contents"]}
    assert not [word for word in ("NORTH-0", "林芳", "138001") if word in json.dumps(found, ensure_ascii=False)]
    with pytest.raises(NotAllowed):
        async with begin(cast.fatima) as unit:
            await hsds_directory(unit)


@pytest.mark.anyio
async def test_the_page_of_the_directory_offers_the_file(database: Database) -> None:
    async with visiting("sam") as sam:
        page = await sam.get("/directory")
        file = await sam.get("/directory/hsds.json")
    assert "/directory/hsds.json" in page.text
    assert (file.status_code, file.headers["cache-control"]) == (200, "no-store")
    assert "attachment" in file.headers["content-disposition"]
    assert file.json()["total_items"] > 0


@pytest.mark.parametrize(
    ("name", "status"), [("ola", 200), ("sam", 200), ("cai", 200), ("adam", 200), ("fatima", 403), ("petra", 403)]
)
async def test_who_takes_the_directory_with_them(database: Database, name: str, status: int) -> None:
    async with visiting(name) as visitor:
        assert (await visitor.get("/directory/hsds.json")).status_code == status
