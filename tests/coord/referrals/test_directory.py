"""The directory: kept by each organization itself and by officers, found by what people type, old entries marked."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor, Grant, Role
from coord.audit.tables import AuditEntry
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory import (
    Capacity,
    DescribeReceiver,
    DirectoryFilter,
    confirm_receiver,
    describe_receiver,
    directory,
)
from coord.referrals.directory.reads import Entry
from coord.referrals.directory.rules import fitness, is_stale
from coord.referrals.directory.tables import Receiver
from coord.referrals.targets import sending
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.referrals.making import consent
from tests.world import AGENCY, CENTER, FOUNDATION, LIN, NORTH, SOUTH, SPONSOR, cast, fixed

pytestmark = pytest.mark.anyio
SOUTHS_COORDINATOR = Actor.of(
    fixed("user/nia"), "Coordinator", "en", [Grant(SOUTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)]
)


def entry(organization: uuid.UUID = CENTER, **changed: Any) -> DescribeReceiver:
    given = {
        "organization": str(organization), "services": ["COMMUNITY_REHABILITATION", "PEER_SUPPORT"],
        "districts": "海淀区、朝阳区", "capacity": "CAPACITY", "opening_hours": "9-17", "contact_role": "转介协调员",
        **changed,
    }  # fmt: skip
    return DescribeReceiver.parse(given)


async def describe(actor: Actor = cast.cai, organization: uuid.UUID = CENTER, **changed: Any) -> None:
    async with begin(actor) as unit:
        await describe_receiver(unit, entry(organization, **changed))


async def found(actor: Actor = cast.sam, **asked: Any) -> list[str]:
    async with begin(actor, read_only=True) as unit:
        return [one.code for one in await directory(unit, DirectoryFilter.parse(asked))]


async def test_an_organization_describes_itself_and_everybody_who_refers_reads_it(database: Database) -> None:
    await describe()
    async with begin(cast.sam, read_only=True) as unit:
        (center,) = await directory(unit, DirectoryFilter.parse({"search": "qingping"}))
    assert (center.capacity, center.districts) == (Capacity.CAPACITY, ["海淀区", "朝阳区"])
    assert center.services == [ReferralNeed.COMMUNITY_REHABILITATION, ReferralNeed.PEER_SUPPORT]
    entries = [one for one in await stored(AuditEntry) if one.subject == "receiver"]
    assert [(one.verb, one.actor_name) for one in entries] == [("receiver.describe", "Cai")]


@pytest.mark.parametrize("text", ["青屏", "qingping", "qp", "QingPing", "C01", "haidian", "海淀", "hdq", "cyq"])
async def test_it_is_found_by_name_pinyin_initials_code_and_district(database: Database, text: str) -> None:
    await describe()
    assert "C01" in await found(search=text)
    assert await found(search="xuhui") == []


async def test_it_is_narrowed_by_need_district_and_room(database: Database) -> None:
    await describe()
    await describe(cast.ola, SOUTH, services=["PSYCHIATRIC_CARE"], districts="武昌区", capacity="WAITING_LIST")
    assert await found(need="PEER_SUPPORT") == ["C01"]
    assert await found(need="PSYCHIATRIC_CARE") == ["H002"]
    assert await found(district="海淀区") == ["C01"]
    assert await found(district="海淀") == []
    assert await found(capacity="WAITING_LIST") == ["H002"]
    assert sorted(await found()) == ["A01", "C01", "H001", "H002"]  # those without an entry too; never a sponsor


@pytest.mark.parametrize(
    ("actor", "organization", "refusal"),
    [
        (cast.sam, NORTH, NotAllowed),
        (cast.fatima, SPONSOR, NotAllowed),
        (cast.petra, CENTER, NotAllowed),
        (cast.cai, NORTH, Invalid),
        (SOUTHS_COORDINATOR, NORTH, Invalid),
        (cast.ola, SPONSOR, NotFound),
        (cast.ola, uuid.UUID(int=5), NotFound),
    ],
    ids=["a worker", "a sponsor", "an outsider", "another's", "a neighbor's", "nobody is sent there", "nowhere"],
)
async def test_nobody_else_writes_it(
    database: Database, actor: Actor, organization: uuid.UUID, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await describe(actor, organization)
    assert await stored(Receiver) == []


async def test_coordinators_and_officers_write(database: Database) -> None:
    await describe(SOUTHS_COORDINATOR, SOUTH)
    await describe(cast.ola, AGENCY)
    await describe(cast.adam, NORTH)
    assert {row.id for row in await stored(Receiver)} == {SOUTH, AGENCY, NORTH}


async def test_an_entry_grows_old_and_is_confirmed(database: Database) -> None:
    await describe()
    later = now() + timedelta(days=91)
    (row,) = await stored(Receiver)
    assert (is_stale(row.confirmed_at, now()), is_stale(row.confirmed_at, later)) == (False, True)
    with time_machine.travel(later, tick=False):
        async with begin(cast.cai) as unit:
            await confirm_receiver(unit, CENTER)
        (row,) = await stored(Receiver)
        assert not is_stale(row.confirmed_at, now())


async def test_what_is_left_out_is_taken_out(database: Database) -> None:
    await describe()
    await describe(districts="", opening_hours="", capacity="NO_CAPACITY")
    (row,) = await stored(Receiver)
    assert (row.districts, row.opening_hours, row.capacity, row.search_text) == ("", None, Capacity.NO_CAPACITY, "")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"services": []}, "services:REQUIRED"),
        ({"services": ["SPACE_TRAVEL"]}, "services:NOT_A_CHOICE"),
        ({"capacity": "PLENTY"}, "capacity:NOT_A_CHOICE"),
        ({"districts": "、".join(f"区{n}" for n in range(21))}, "districts:TOO_MANY"),
        ({"districts": "长" * 41}, "districts:TOO_LONG"),
        ({"eligibility": "x" * 401}, "eligibility:TOO_LONG"),
        ({"phone": "1\u202e2"}, "phone:CONTROL_CHARACTERS"),
    ],
)
def test_bad_input_is_named(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        entry(**changed)


def _one(capacity: str | None, services: str = "", districts: str = "") -> Entry:
    return Entry(
        id=CENTER, code="", name="", kind="COMMUNITY_ORG", foundation_id=FOUNDATION,  # type: ignore[arg-type]
        services=[ReferralNeed(one) for one in services.split()], districts=districts.split(),
        capacity=None if capacity is None else Capacity(capacity),
    )  # fmt: skip


def test_those_that_fit_and_have_room_stand_first() -> None:
    need = ReferralNeed.PEER_SUPPORT
    near = _one("CAPACITY", "PEER_SUPPORT", "海淀区")
    far = _one("CAPACITY", "PEER_SUPPORT", "武昌区")
    waits, silent, full = _one("WAITING_LIST"), _one(None), _one("NO_CAPACITY", "PEER_SUPPORT", "海淀区")
    other = _one("CAPACITY", "HOUSING", "海淀区")
    ordered = [near, far, waits, silent, full, other]
    mixed = [other, full, silent, waits, far, near]
    assert sorted(mixed, key=lambda one: fitness(one, need, "海淀区")) == ordered


async def test_the_form_offers_them_ranked_and_searched(database: Database) -> None:
    await describe(cast.ola, SOUTH, services=["PSYCHIATRIC_CARE"], districts="", capacity="CAPACITY")
    await describe()
    await consent()
    async with begin(cast.sam) as unit:
        begun = await sending(unit, LIN, ReferralNeed.PEER_SUPPORT)
        care = await sending(unit, LIN, ReferralNeed.PSYCHIATRIC_CARE)
        searched = await sending(unit, LIN, None, "nanhu")
    assert [one.entry.code for one in begun.targets] == ["C01", "A01", "H002"]
    assert [one.is_agreed for one in begun.targets] == [True, False, False]
    assert care.targets[0].entry.code == "H002"
    assert [one.entry.code for one in searched.targets] == ["H002"]
