"""The pages of a referral: both sides, from the sending to the acknowledgment, and what the receiver sees before."""

import pytest

from coord.kernel.clock import today
from coord.referrals.tables import Referral
from coord.work.engine import Database
from tests.coord.making import contact, log, signed_in, stored
from tests.coord.referrals.making import consent, post_at_center, sent
from tests.web.visit import HTMX, fields_of, visiting
from tests.world import CENTER, LIN

pytestmark = pytest.mark.anyio
NEW = f"/referrals/new?client={LIN}"


async def test_a_referral_is_sent_with_few_fields(database: Database) -> None:
    await post_at_center()
    await consent()
    async with visiting("sam") as sam:
        form = await sam.get(NEW)
        assert "青屏社区中心 (agreed)" in form.text
        filled = fields_of(form, "/referrals/new") | {"target": [str(CENTER)], "reason": ["After discharge"]}
        answer = await sam.post("/referrals/new", data=filled)
        (made,) = await stored(Referral)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/referrals/{made.id}")
        again = await sam.get(NEW)
    assert made.code in again.text  # what is open already is said before the form


async def test_the_page_says_what_is_open_before_the_form_and_a_second_one_is_refused(database: Database) -> None:
    """REF-3: one open referral for each person, need and organization; said before anything is typed."""
    made = await sent()
    (open_one,) = await stored(Referral, Referral.id == made)
    async with visiting("sam") as sam:
        form = await sam.get(NEW)
        said, begins = form.text.index(f">{open_one.code}</a>"), form.text.index('name="need"')
        filled = fields_of(form, "/referrals/new") | {"target": [str(CENTER)], "reason": ["Once more"]}
        refused = await sam.post("/referrals/new", data=filled)
    assert said < begins
    assert (refused.status_code, "Once more" in refused.text) == (422, True)
    assert [one.id for one in await stored(Referral)] == [made]


async def test_without_consent_the_form_comes_back_with_what_was_typed(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(NEW), "/referrals/new")
        answer = await sam.post("/referrals/new", data=form | {"target": [str(CENTER)], "reason": ["Typed words"]})
    assert answer.status_code == 422
    assert "There is no valid consent" in answer.text
    assert "Typed words" in answer.text
    assert await stored(Referral) == []


async def test_before_acceptance_the_receiver_reads_the_sketch(database: Database) -> None:
    made = await sent()
    async with visiting("cai") as cai:
        box = await cai.get("/referrals")
        page = await cai.get(f"/referrals/{made}")
        person = await cai.get(f"/clients/{LIN}")
    assert "age 45-59" in box.text
    assert "Name and details open once you accept" in page.text
    for text in (box.text, page.text, person.text):
        assert "林芳" not in text
        assert "NORTH-0001" not in text
    assert person.status_code == 404


async def test_the_loop_is_closed_through_the_pages(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}"
    async with visiting("cai") as cai, visiting("sam") as sam:
        page = await cai.get(path)
        accepted = await cai.post(f"{path}/move/accept", data=fields_of(page, f"{path}/move/accept"))
        assert accepted.status_code == 303
        assert "林芳NORTH" in (await cai.get(path)).text
        await log(contact(occurred_on=today("Asia/Shanghai").isoformat()), await signed_in("cai"))
        await cai.post(f"{path}/contact", data=fields_of(await cai.get(path), f"{path}/contact"))
        page = await cai.get(path)
        assert "First contact made" in page.text
        form = fields_of(page, f"{path}/feedback") | {"outcome": ["COMPLETED"], "note": ["Reached the goal"]}
        await cai.post(f"{path}/feedback", data=form)
        page = await sam.get(path)
        assert "Reached the goal" in page.text
        await sam.post(f"{path}/move/acknowledge", data=fields_of(page, f"{path}/move/acknowledge"))
        assert "Closed" in (await sam.get(path)).text
    assert [row.state for row in await stored(Referral)] == ["CLOSED"]


async def test_a_refusal_needs_a_reason_and_keeps_the_note(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}/move/decline"
    async with visiting("cai") as cai:
        form = fields_of(await cai.get(f"/referrals/{made}"), path)
        wrong = await cai.post(path, data=form | {"note": ["No room before May"]})
        right = await cai.post(path, data=form | {"reason_code": ["NO_CAPACITY"]})
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "Choose a reason" in wrong.text
    assert "No room before May" in wrong.text
    async with visiting("sun") as supervisor:
        page = await supervisor.get(f"/referrals/{made}")
    assert "Declined: decide what follows" in page.text


async def test_a_refusal_by_htmx_comes_back_as_the_block_with_what_was_typed(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}/move/decline"
    async with visiting("cai") as cai:
        form = fields_of(await cai.get(f"/referrals/{made}"), path)
        answer = await cai.post(path, data=form | {"note": ["No room before May"]}, headers=HTMX)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<div id="whole"')
    assert "No room before May" in answer.text


@pytest.mark.parametrize("name", ["nia", "petra", "fatima", "adam"])
async def test_others_find_nothing(database: Database, name: str) -> None:
    made = await sent()
    async with visiting(name) as other:
        assert (await other.get(f"/referrals/{made}")).status_code in {403, 404}
