"""Across a border data go only with a consent of its own, whoever agreed to what else; through every door."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from coord.cases.exporting import export_case
from coord.cases.tables import CaseFile
from coord.clients.consents import WithdrawConsent, withdraw_consent
from coord.clients.tables import ClientShare
from coord.contacts import ContactFilter
from coord.kernel.clock import today
from coord.kernel.errors import Invalid
from coord.kernel.sql import select
from coord.measures.exporting import export_contacts
from coord.organizations.tables import Organization
from coord.referrals.tables import Referral
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, signed_in, stored
from tests.coord.referrals.making import E, by_target, consent, post_at_center, referral, send
from tests.web.visit import fields_of, visiting
from tests.world import AGENCY, BUILDER, CENTER, FOUNDATION, LIN, NORTH, cast

pytestmark = pytest.mark.anyio


async def _in_region(region: str | None, *organizations: uuid.UUID) -> None:
    async with begin(BUILDER) as unit:
        for key in organizations:
            (await unit.find(Organization, key)).region = region


async def _refused(code: str, act: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        await act
    assert [problem.code for problem in refusal.value.problems] == [code]


async def test_a_referral_abroad_needs_a_consent_of_its_own_that_names_the_receiver(database: Database) -> None:
    await post_at_center()
    await consent()
    await _in_region("KR", CENTER)
    await _refused("NO_CROSS_BORDER_CONSENT", send(referral()))
    await consent(purpose="CROSS_BORDER", recipients=[str(AGENCY)])
    await _refused("NO_CROSS_BORDER_CONSENT", send(referral()))
    assert await stored(Referral) == []
    ends = today("Asia/Shanghai") + timedelta(days=30)
    across = await consent(purpose="CROSS_BORDER", expires_on=str(ends))
    sent = await send(referral())
    await by_target(sent, E.ACCEPT)
    (share,) = await stored(ClientShare)
    assert share.until_at is not None
    assert share.until_at.date() <= ends + timedelta(days=1)
    async with begin(cast.sam) as unit:
        given = {"idempotency_key": str(uuid.uuid4()), "consent": str(across), "reason": "ASKED_BY_PERSON"}
        await withdraw_consent(unit, WithdrawConsent.parse(given))
    (share,) = await stored(ClientShare)
    assert share.ended_at is not None


async def test_the_same_region_asks_for_nothing_more(database: Database) -> None:
    await post_at_center()
    await consent()
    await _in_region("CN", CENTER, NORTH)
    made = await send(referral())
    assert [row.id for row in await stored(Referral)] == [made]


async def test_whoever_works_abroad_takes_no_list_and_no_case_home(database: Database) -> None:
    await log(contact())
    case = (await stored(CaseFile, CaseFile.client_id == LIN))[0].id
    await _in_region("KR", FOUNDATION, AGENCY)
    ola, sun = await signed_in("ola"), await signed_in("sun")

    async def contacts(actor: Any) -> int:
        async with begin(actor) as unit:
            return len(await export_contacts(unit, ContactFilter()))

    async def whole(actor: Any) -> Any:
        async with begin(actor) as unit:
            return await export_case(unit, case)

    await _refused("EXPORT_CROSSES_BORDER", contacts(ola))
    await _refused("EXPORT_CROSSES_BORDER", whole(sun))
    assert await contacts(await signed_in("sam")) == 1
    await consent(purpose="CROSS_BORDER", recipients=[str(AGENCY)])
    assert (await whole(sun))[1]
    await _refused("EXPORT_CROSSES_BORDER", contacts(ola))


async def test_both_doors_say_what_to_do(database: Database) -> None:
    await log(contact())
    await _in_region("KR", FOUNDATION)
    async with visiting("ola") as ola:
        answer = await ola.get("/export/contacts.csv")
        assert (answer.status_code, "in another country than these data" in answer.text) == (422, True)


async def test_an_administrator_says_where_an_organization_is(database: Database) -> None:
    async with visiting("adam") as adam:
        given = {"code": "C-KR", "name": "Seoul", "kind": "COMMUNITY_ORG", "region": "korea"}
        path = "/administration/organizations"
        page = await adam.get("/administration")
        form = {**{name: values[0] for name, values in fields_of(page, path).items() if values}, **given}
        assert (await adam.post(path, data=form)).status_code == 422
        assert (await adam.post(path, data={**form, "region": "KR"})).status_code == 303
    async with begin(BUILDER) as unit:
        assert await unit.scalar(select(Organization.region).where(Organization.code == "C-KR")) == "KR"
