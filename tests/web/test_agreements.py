"""Agreements as pages: what an officer writes and asks for, what a sponsor sees, what is refused keeps its words."""

from uuid import uuid4

import pytest

from coord.agreements.codes import AgreementState, TrancheState
from coord.agreements.tables import Agreement, BudgetLine, Disclosure, Gift, LedgerEntry, Tranche
from coord.work.engine import Database
from tests.coord.agreements.making import (
    OSCAR,
    active,
    booked,
    condition,
    draft,
    gift,
    line,
    paid,
    spent,
    step,
    tranche,
)
from tests.coord.making import stored
from tests.queries import counting
from tests.web.visit import visiting
from tests.world import AGENCY, FOUNDATION, NORTH, PROGRAM, SPONSOR

pytestmark = pytest.mark.anyio


async def test_an_officer_drafts_budgets_and_books_in_pages(database: Database) -> None:
    async with visiting("ola") as ola:
        given = {
            "idempotency_key": str(uuid4()), "program": PROGRAM, "reference": "A-1", "title": "Posts", "purpose": "Posts",
            "funder": str(FOUNDATION), "grantee": str(AGENCY), "committed": "1,000.50", "currency": "CNY",
            "starts_on": "2026-01-01", "ends_on": "2026-12-31",
        }  # fmt: skip
        answer = await ola.post("/agreements/new", data=given)
        (made,) = await stored(Agreement)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/agreements/{made.id}")
        budget = {
            "category": "POST", "status": "COMMITTED", "period_start": "2026-01-01", "period_end": "2026-12-31",
            "amount": "900",
        }  # fmt: skip
        assert (await ola.post(f"/agreements/{made.id}/lines/new", data=budget)).status_code == 303
        (on,) = await stored(BudgetLine)
        given_to = {"line": str(on.id), "hospital": str(NORTH), "amount": "400"}
        assert (await ola.post(f"/agreements/{made.id}/allocations/new", data=given_to)).status_code == 303
        too_much = await ola.post(f"/agreements/{made.id}/allocations/new", data={**given_to, "amount": "500.01"})
        assert (too_much.status_code, 'value="500.01"' in too_much.text) == (409, True)
        page = (await ola.get(f"/agreements/{made.id}")).text
        assert ("CN¥1,000.50" in page, "CN¥400" in page, "北岸医院 North" in page) == (True, True, True)


async def test_a_refused_form_keeps_what_was_typed_and_says_why(database: Database) -> None:
    made = await draft()
    async with visiting("ola") as ola:
        answer = await ola.post(
            f"/agreements/{made}/tranches/new", data={"kind": "INTERIM", "amount": "lots", "due_on": "2026-06-30"}
        )
        assert (answer.status_code, 'value="lots"' in answer.text) == (422, True)
        assert "Give an amount, such as 12500.50." in answer.text
    assert await stored(Tranche) == []


async def test_steps_are_made_and_refused_on_the_page(database: Database) -> None:
    made = await active()
    of = await tranche(made)
    await condition(of)
    async with visiting("ola") as ola:
        blocked = await ola.post(f"/agreements/{made}/tranches/{of}/move", data={"move": "REQUEST"})
        assert (blocked.status_code, "1 conditions are still open" in blocked.text) == (409, True)
        suspended = await ola.post(f"/agreements/{made}/move", data={"move": "SUSPEND", "reason": "Audit"})
        assert suspended.status_code == 303
        nothing = await ola.post(f"/agreements/{made}/move", data={"move": "TERMINATE"})
        assert (nothing.status_code, 'id="wrong"' in nothing.text) == (422, True)
    assert [(row.state, row.reason) for row in await stored(Agreement)] == [(AgreementState.SUSPENDED, "Audit")]
    assert [row.state for row in await stored(Tranche)] == [TrancheState.SCHEDULED]


async def test_a_sponsor_sees_what_it_funds_and_no_step(database: Database) -> None:
    """An agreement that its gift funds, once signed; not the foundation's other ones, no draft, no form."""
    own = await active(gift=str(await gift()), title="OWN")
    await active(title="OTHER")
    await draft(gift=str(await gift()), title="DRAFT")
    async with visiting("fatima") as fatima:
        shown = (await fatima.get("/agreements")).text
        assert ("OWN" in shown, "OTHER" in shown, "DRAFT" in shown) == (True, False, False)
        page = (await fatima.get(f"/agreements/{own}")).text
        assert ("CN¥1,000" in page, f"/agreements/{own}/" in page) == (True, False)
        for path in ("/results", "/disclosures", "/agreements/new", f"/agreements/{own}/entries/new"):
            assert (await fatima.get(path)).status_code == 403
        assert (await fatima.post(f"/agreements/{own}/move", data={"move": "CLOSE"})).status_code == 403
    assert {row.state for row in await stored(Agreement, Agreement.id == own)} == {AgreementState.ACTIVE}


@pytest.mark.parametrize("who", ["sam", "nia", "sun", "cai", "adam", "petra"])
async def test_nobody_else_finds_an_agreement(database: Database, who: str) -> None:
    made = await active()
    async with visiting(who) as person:
        assert (await person.get(f"/agreements/{made}")).status_code in {403, 404}


async def test_a_mistake_is_reversed_on_the_page(database: Database) -> None:
    made = await active()
    await paid(made)
    refund = await booked(made, "REFUND", "10.00")
    async with visiting("ola") as ola:
        answer = await ola.post(f"/agreements/{made}/entries/{refund}/reverse", data={"reason": "The wrong agreement"})
        assert answer.status_code == 303
        assert "The wrong agreement" in (await ola.get(f"/agreements/{made}")).text
    assert sorted(row.amount for row in await stored(LedgerEntry)) == [-1000, 1000, 10000, 100000]


async def test_a_gift_of_a_related_party_is_due_within_thirty_days_and_done_when_published(database: Database) -> None:
    async with visiting("ola") as ola:
        given = {
            "idempotency_key": str(uuid4()), "program": PROGRAM, "sponsor": str(SPONSOR), "kind": "IN_KIND", "title": "Water",
            "purpose": "Events", "goods": "200 boxes", "amount": "5000", "currency": "CNY", "received_on": "2026-03-03",
            "related_party": "true",
        }  # fmt: skip
        assert (await ola.post("/agreements/gifts/new", data=given)).status_code == 303
        (made,) = await stored(Gift)
        assert "by 2 Apr 2026" in (await ola.get("/disclosures")).text
        work = (await ola.get("/work")).text
        assert "Related-party transaction: the law wants it published" in work
        done = {"program": PROGRAM, "kind": "RELATED_PARTY", "gift": str(made.id), "published_on": "2026-03-20",
                "link": "https://charity.example/1"}  # fmt: skip
        wrong = await ola.post("/disclosures", data={**done, "link": "charity.example"})
        assert wrong.status_code == 422
        assert (await ola.post("/disclosures", data=done)).status_code == 303
        assert "by 2 Apr 2026" not in (await ola.get("/disclosures")).text
        assert (await ola.post("/disclosures", data=done)).status_code == 409
    assert [row.due_on.isoformat() for row in await stored(Disclosure)] == ["2026-04-02"]


async def test_a_page_sends_as_many_statements_however_much_money_there_is(database: Database) -> None:
    made = await active()
    on = await line(made)
    await spent(made, on, "1.00")
    of = await tranche(made)
    await condition(of)
    async with visiting("ola") as ola:
        await ola.get(f"/agreements/{made}")
        with counting() as few:
            await ola.get(f"/agreements/{made}")
        with counting() as short_list:
            await ola.get("/agreements")
        for _ in range(4):
            await spent(made, await line(made), "1.00")
            await condition(await tranche(made))
            await active()
        with counting() as many:
            assert (await ola.get(f"/agreements/{made}")).status_code == 200
        with counting() as long_list:
            await ola.get("/agreements")
    assert (len(many), len(long_list)) == (len(few), len(short_list))


async def test_the_work_list_tells_the_second_officer_what_waits(database: Database) -> None:
    made = await active(reference="A-7")
    of = await tranche(made)
    await step(OSCAR, of, "REQUEST")
    async with visiting("ola") as ola:
        assert "A-7, tranche 1: Waiting for approval" in (await ola.get("/work")).text
