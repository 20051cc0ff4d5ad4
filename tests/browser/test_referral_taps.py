"""The tap budgets of a referral, on a phone: send 5, accept 1 with its undo, return 2, close 3."""

import uuid

import pytest
from playwright.async_api import Page, expect

from coord.referrals.inputs import RecordContact
from coord.referrals.responding import record_contact
from coord.work import begin
from tests.browser.conftest import Open
from tests.browser.referring import met, referred, world_of
from tests.browser.taps import budget
from tests.coord.making import signed_in
from tests.coord.referrals.links import answering_by_link, link
from tests.coord.referrals.making import E, by_target, consent, key
from tests.world import CENTER, HUANG, NORTH_MEMBERS

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
SENDING, ACCEPTING, RETURNING, CLOSING = NORTH_MEMBERS[5:9]


async def said(page: Page, text: str) -> None:
    """The job is done when the page says so."""
    await expect(page.locator("#toasts")).to_contain_text(text)


async def test_sending_takes_four_taps_from_the_persons_page(database_url: str, open_page: Open) -> None:
    async with world_of(database_url):
        await consent(client=str(SENDING))
    page = await open_page("sam", f"/clients/{SENDING}")
    async with budget(page, taps=5) as effort:
        await page.tap(f"a[href*='/referrals/new?client={SENDING}']")
        await page.tap(f"label:has([name='target'][value='{CENTER}'])")
        await page.tap(".chip:has([name='usual_reason']) >> nth=0")
        await page.tap("button[value='send']")
        await said(page, "The referral has been sent.")
    assert (effort.taps, effort.keys) == (4, 0)


async def test_accepting_takes_one_tap_and_is_undone_by_another(database_url: str, open_page: Open) -> None:
    async with world_of(database_url):
        path = await referred(ACCEPTING)
    page = await open_page("cai", "/referrals")
    async with budget(page, taps=1):
        await page.tap(f"form[action='{path}/move/accept'] button")
        await said(page, "Accepted.")
    await page.tap("#toasts button.link")
    await said(page, "Undone.")
    await page.goto("/referrals")
    await expect(page.locator(f"form[action='{path}/move/accept'] button")).to_be_visible()


async def test_returning_takes_two_taps(database_url: str, open_page: Open) -> None:
    async with world_of(database_url):
        path = await referred(RETURNING)
    page = await open_page("cai", "/referrals")
    async with budget(page, taps=2) as effort:
        await page.tap(f".row:has(a[href='{path}']) summary")
        await page.tap(f"form[action='{path}/move/return'] button[value='MISSING_INFORMATION']")
        await said(page, "Returned")
    assert (effort.taps, effort.keys) == (2, 0)


@pytest.mark.parametrize(("event", "word"), [("return", "Returned"), ("decline", "Declined")])
async def test_returning_and_declining_take_two_taps_on_the_referrals_own_page(
    database_url: str, open_page: Open, event: str, word: str
) -> None:
    async with world_of(database_url):
        path = await referred(NORTH_MEMBERS[9 if event == "return" else 1])
    page = await open_page("cai", path)
    async with budget(page, taps=2) as effort:
        await page.tap(f"details:has(form[action='{path}/move/{event}']) summary")
        await page.tap(f"form[action='{path}/move/{event}'] button >> nth=0")
        await said(page, word)
    assert (effort.taps, effort.keys) == (2, 0)


@pytest.mark.parametrize("event", ["RETURN", "DECLINE"])
async def test_returning_and_declining_take_two_taps_behind_a_signed_link(
    database_url: str, open_page: Open, event: str
) -> None:
    async with world_of(database_url):
        await answering_by_link()
        made = uuid.UUID((await referred(NORTH_MEMBERS[0] if event == "RETURN" else HUANG)).rpartition("/")[2])
        path = f"/r/{(await link(made)).token}"
    page = await open_page(None, path)
    form = f"form:has([name='event'][value='{event}'])"
    async with budget(page, taps=2) as effort:
        await page.tap(f"details:has({form}) summary")
        await page.tap(f"{form} button >> nth=0")
        await expect(page.locator(form)).to_have_count(0)
    assert (effort.taps, effort.keys) == (2, 0)


async def test_closing_takes_three_taps_from_the_list(database_url: str, open_page: Open) -> None:
    async with world_of(database_url):
        path = await referred(CLOSING)
        made = uuid.UUID(path.rpartition("/")[2])
        await by_target(made, E.ACCEPT)
        proof = {"idempotency_key": key(), "referral": made, "service_contact": await met(CLOSING)}
        async with begin(await signed_in("cai")) as unit:
            await record_contact(unit, RecordContact.parse(proof))
    page = await open_page("cai", "/referrals")
    async with budget(page, taps=3) as effort:
        await page.tap(f"a[href^='{path}?feedback']")
        await page.tap("#feedback .chip:has([value='COMPLETED'])")
        await page.tap("#feedback button[type=submit]")
        await said(page, "Feedback has been sent.")
    assert effort.taps == 3
