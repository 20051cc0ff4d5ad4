"""One loop through three doors (the pages, a signed link, the API alone) ends in one state and the same numbers."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from coord.access import Actor
from coord.clients.tables import ClientShare
from coord.kernel.clock import today
from coord.referrals.tables import Referral, ReferralClock, ReferralEvent, ReferralFeedback
from coord.work.engine import Database
from schema.ids import global_id, parse_id
from tests.coord.making import contact, log, signed_in, stored, total
from tests.coord.referrals.links import answering_by_link, link
from tests.coord.referrals.making import consent, post_at_center
from tests.schema.api import asking_as
from tests.web.visit import fields_of, visiting, visitor
from tests.world import CENTER, CHEN, HUANG, LIN, PROGRAM, cast

pytestmark = pytest.mark.anyio
TODAY = today("Asia/Shanghai").isoformat()
FIGURES = ("referrals_sent", "referrals_accepted", "referrals_first_contact", "referrals_closed_loop")
_ANSWER = "{ ... on ReferralMoved { referral { id state } } ... on Rejected { problems { code } } }"


async def _sent_by_page(client: uuid.UUID) -> uuid.UUID:
    await consent(client=str(client))
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/referrals/new?client={client}"), "/referrals/new")
        answered = await sam.post(
            "/referrals/new", data=form | {"target": [str(CENTER)], "reason": ["After discharge"]}
        )
    return uuid.UUID(answered.headers["location"].rpartition("/")[2])


async def _acknowledged_by_page(made: uuid.UUID) -> None:
    path = f"/referrals/{made}"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(path), f"{path}/move/acknowledge")
        assert (await sam.post(f"{path}/move/acknowledge", data=form)).status_code == 303


_WORK: Sequence[tuple[str, dict[str, list[str]]]] = (
    ("contact", {}),
    ("feedback", {"outcome": ["COMPLETED"], "note": ["Goal reached"]}),
)


async def through_pages(client: uuid.UUID) -> uuid.UUID:
    """Two people and their pages."""
    made = await _sent_by_page(client)
    path = f"/referrals/{made}"
    async with visiting("cai") as cai:
        form = fields_of(await cai.get("/referrals"), f"{path}/move/accept")
        assert (await cai.post(f"{path}/move/accept", data=form)).status_code == 303
        await log(contact(client=str(client), occurred_on=TODAY), await signed_in("cai"))
        for step, more in _WORK:
            form = fields_of(await cai.get(path), f"{path}/{step}") | more
            assert (await cai.post(f"{path}/{step}", data=form)).status_code == 303
    await _acknowledged_by_page(made)
    return made


async def through_a_link(client: uuid.UUID) -> uuid.UUID:
    """The same by somebody without an account, on the page that needs no script."""
    await answering_by_link()
    made = await _sent_by_page(client)
    path = f"/r/{(await link(made)).token}"
    steps: dict[str, dict[str, list[str]]] = {
        "answer": {"event": ["ACCEPT"]},
        "contact": {"met_on": [TODAY]},
        "feedback": {"outcome": ["COMPLETED"], "note": ["Goal reached"]},
    }
    async with visitor() as nobody:
        for step, more in steps.items():
            form = fields_of(await nobody.get(path), f"{path}/{step}") | more
            assert (await nobody.post(f"{path}/{step}", data=form)).status_code == 303
    await _acknowledged_by_page(made)
    return made


async def _told(actor: Actor, field: str, kind: str, **given: Any) -> Any:
    document = f"mutation($input: {kind}!) {{ {field}(input: $input) {_ANSWER} }}"
    async with asking_as(actor) as api:
        answered = await api.data(document, input={"idempotencyKey": str(uuid.uuid4()), **given})
    assert "referral" in answered[field], answered
    return answered[field]["referral"]


_LOG = """mutation($input: LogServiceContactInput!) { logServiceContact(input: $input) {
  ... on ServiceContactLogged { serviceContact { id } } ... on Rejected { problems { field code } } } }"""


async def _logged_by_api(cai: Actor, client: uuid.UUID) -> str:
    given = {
        "idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "client": global_id("Client", client),
        "serviceCode": "CASE_CONTACT", "occurredOn": TODAY, "durationMinutes": 30,
    }  # fmt: skip
    async with asking_as(cai) as api:
        return str((await api.data(_LOG, input=given))["logServiceContact"]["serviceContact"]["id"])


async def through_the_api(client: uuid.UUID) -> uuid.UUID:
    """The same by documents alone."""
    agreed = await consent(client=str(client))
    sent = await _told(
        cast.sam, "sendReferral", "SendReferralInput", program=PROGRAM, client=global_id("Client", client),
        target=global_id("Organization", CENTER), direction="DOWN", urgency="ROUTINE", reason="After discharge",
        consent=global_id("Consent", agreed),
    )  # fmt: skip
    about = {"referral": sent["id"]}
    await _told(await signed_in("cai"), "acceptReferral", "RespondReferralInput", **about)
    cai = await signed_in("cai")
    logged = await _logged_by_api(cai, client)
    await _told(cai, "recordReferralContact", "RecordReferralContactInput", **about, serviceContact=logged)
    await _told(cai, "sendReferralFeedback", "ReferralFeedbackInput", **about, outcome="COMPLETED", note="Goal reached")
    closed = await _told(cast.sam, "acknowledgeReferralFeedback", "RespondReferralInput", **about)
    assert closed["state"] == "CLOSED"
    parsed = parse_id(sent["id"])
    assert parsed is not None
    return parsed[1]


async def _end(made: uuid.UUID) -> Mapping[str, Any]:
    """What the door leaves behind, but for ids and moments."""
    (row,) = await stored(Referral, Referral.id == made)
    events = await stored(ReferralEvent, ReferralEvent.referral_id == made)
    clocks = await stored(ReferralClock, ReferralClock.referral_id == made)
    (share,) = await stored(ClientShare, ClientShare.origin_id == made)
    (said,) = await stored(ReferralFeedback, ReferralFeedback.referral_id == made)
    return {
        "state": row.state, "outcome": row.outcome, "round": row.round, "blocks": row.blocks,
        "moments": [name for name in ("sent_at", "received_at", "accepted_at", "first_contact_at", "feedback_at",
                                      "closed_at") if getattr(row, name)],
        "events": [(one.event, one.from_state, one.to_state, one.side) for one in sorted(events, key=lambda e: (e.at, e.id))],
        "clocks": sorted((one.clock, one.round, one.stopped_at is None) for one in clocks),
        "share": (share.from_at is None, share.ended_at is None),
        "feedback": said.outcome,
    }  # fmt: skip


async def test_three_doors_end_in_one_state_and_the_same_numbers(database: Database) -> None:
    await post_at_center()
    ends, figures = [], []
    for door, client in ((through_pages, LIN), (through_a_link, CHEN), (through_the_api, HUANG)):
        before = await total(actor=cast.ola)
        ends.append(await _end(await door(client)))
        after = await total(actor=cast.ola)
        figures.append([after[name] - before[name] for name in FIGURES])
    assert figures == [[1, 1, 1, 1]] * 3
    assert ends[0] == ends[1] == ends[2]
    assert len(ends[0]["moments"]) == 6


async def test_the_api_tells_the_story_with_where_each_step_came_from(database: Database) -> None:
    await post_at_center()
    await through_a_link(LIN)
    async with asking_as(cast.sam) as api:
        told = await api.data("{ referrals(first: 1) { edges { node { events { from to organization { code } } } } } }")
    events = told["referrals"]["edges"][0]["node"]["events"]
    assert [(one["from"], one["to"]) for one in events][:3] == [
        ("DRAFT", "SENT"), ("SENT", "RECEIVED"), ("RECEIVED", "ACCEPTED"),
    ]  # fmt: skip
    assert [one["organization"]["code"] for one in events][:2] == ["H001", "C01"]
