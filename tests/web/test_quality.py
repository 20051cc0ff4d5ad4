"""The review list of quality flags."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from coord.audit.tables import AuditEntry
from coord.contacts.codes import FlagKind
from coord.contacts.tables import QualityFlag
from coord.kernel.sql import select
from coord.work import begin
from coord.work.engine import Database
from tests.queries import counting
from tests.web.foundation import logged, signed_in
from tests.world import BUILDER, LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}
REASON = "The client only asked for the date of the next visit."


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    """A fixed day: nothing is in the future."""
    with time_machine.travel(datetime(2026, 11, 21, 2, 40, tzinfo=UTC)):
        yield


async def flagged(*, south: bool = False, kind: FlagKind = FlagKind.TOO_SHORT) -> uuid.UUID:
    """A short contact with an open flag; returns the flag's id."""
    given = {"duration_minutes": 1, "occurred_on": "2026-11-18"}
    contact = await (
        logged(cast.nia, client=str(SOUTH_ZHAO), **given) if south else logged(cast.sam, client=str(LIN), **given)
    )
    flag = QualityFlag(contact_id=contact, kind=kind)
    async with begin(BUILDER) as unit:
        unit.add(flag)
    return flag.id


async def states() -> list[tuple[str, str | None]]:
    """State and justification of every flag."""
    async with begin(BUILDER, read_only=True) as unit:
        statement = select(QualityFlag.state, QualityFlag.justification)
        return [(str(state), reason) for state, reason in await unit.rows(statement)]


async def test_open_flags_are_listed_with_the_pseudonym_and_the_reason_to_look(database: Database) -> None:
    await flagged()
    async with signed_in("ola") as ola:
        page = await ola.get("/quality")
    assert (
        "1 flag Too short flagged 21 Nov 10:40 NORTH-0001 · Individual case contact · 18 Nov 2026 · 1 min" in page.text
    )
    assert "林芳" not in page.response.text


@pytest.mark.parametrize(
    ("query", "found"),
    [("hospital=H002", ["SOUTH-0001"]), ("kind=BACKDATED", ["SOUTH-0001"]), ("state=ACCEPTED", []),
     ("hospital=H001&kind=TOO_SHORT&state=ALL", ["NORTH-0001"])],
)  # fmt: skip
async def test_every_filter_narrows_the_flags(database: Database, query: str, found: list[str]) -> None:
    await flagged()
    await flagged(south=True, kind=FlagKind.BACKDATED)
    async with signed_in("ola") as ola:
        text = (await ola.get(f"/quality?{query}", **HTMX)).text
    assert [code for code in ("NORTH-0001", "SOUTH-0001") if f"{code} ·" in text] == found


async def test_a_flag_is_accepted_with_a_reason_and_leaves_the_open_list(database: Database) -> None:
    flag = await flagged()
    async with signed_in("ola") as ola:
        answer = await ola.post(f"/quality/{flag}/accept?program=DIP", {"justification": REASON})
        open_now, done = await ola.get("/quality"), await ola.get("/quality?state=ACCEPTED")
    assert (answer.status, answer.response.headers["location"]) == (303, "/quality?program=DIP")
    assert "Nothing to review." in open_now.text
    assert f"Explained: {REASON}" in done.text
    assert await states() == [("ACCEPTED", REASON)]


async def test_htmx_gets_a_toast_and_the_list_renews_itself(database: Database) -> None:
    flag = await flagged()
    async with signed_in("ola") as ola:
        answer = await ola.post(f"/quality/{flag}/accept", {"justification": REASON}, **HTMX)
    assert answer.status == 204
    assert '"refresh": true' in answer.response.headers["HX-Trigger"]


@pytest.mark.parametrize("typed", ["", "   ", "short", "x" * 401])
async def test_without_a_proper_reason_nothing_changes_and_what_was_typed_stays(database: Database, typed: str) -> None:
    flag = await flagged()
    async with signed_in("ola") as ola:
        page = await ola.post(f"/quality/{flag}/accept", {"justification": typed})
    assert page.status == 422
    assert f">\n{typed}</textarea>" in page.response.text
    assert 'aria-invalid="true"' in page.response.text
    assert await states() == [("OPEN", None)]


async def test_a_flag_that_was_accepted_before_is_a_conflict(database: Database) -> None:
    flag = await flagged()
    async with signed_in("ola") as ola:
        await ola.post(f"/quality/{flag}/accept", {"justification": REASON})
        again = await ola.post(f"/quality/{flag}/accept", {"justification": "Another reason, later."})
    assert again.status == 409
    assert await states() == [("ACCEPTED", REASON)]


@pytest.mark.parametrize("name", ["sam", "nia", "fatima", "cai", "petra", "adam"])
async def test_those_who_do_not_review_get_a_refusal_and_change_nothing(database: Database, name: str) -> None:
    flag = await flagged()
    async with signed_in(name) as visitor:
        listed = await visitor.get("/quality")
        answer = await visitor.post(f"/quality/{flag}/accept", {"justification": REASON})
    assert (listed.status, answer.status) == (403, 403)
    assert await states() == [("OPEN", None)]


@pytest.mark.parametrize(("flag", "status"), [("00000000-0000-7000-8000-000000000000", 404), ("nonsense", 422)])
async def test_a_flag_that_does_not_exist_cannot_be_accepted(database: Database, flag: str, status: int) -> None:
    async with signed_in("ola") as ola:
        assert (await ola.post(f"/quality/{flag}/accept", {"justification": REASON})).status == status


async def test_accepting_is_on_the_trail_with_before_and_after(database: Database) -> None:
    flag = await flagged()
    async with signed_in("ola") as ola:
        await ola.post(f"/quality/{flag}/accept", {"justification": REASON})
    async with begin(BUILDER, read_only=True) as unit:
        (entry,) = await unit.scalars(select(AuditEntry).where(AuditEntry.verb == "contact.accept_flag"))
    assert (entry.actor_name, entry.before["state"], entry.after["state"]) == ("Ola", "OPEN", "ACCEPTED")


async def test_ten_times_the_flags_need_no_more_statements(database: Database) -> None:
    async with signed_in("ola") as ola:
        await flagged()
        with counting() as few:
            await ola.get("/quality")
        for _ in range(9):
            await flagged()
        with counting() as many:
            page = await ola.get("/quality")
    assert (page.text.count("NORTH-0001 ·"), len(many)) == (10, len(few))
