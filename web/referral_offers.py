"""What the page of a referral offers beside its moves: proofs, organizations, colleagues, links, the phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from coord.clients.consents.codes import DataCategory
from coord.clients.reads import identities
from coord.contacts import ContactFilter, contacts_on_page
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid
from coord.placements.reads import posts_at
from coord.referrals.codes import ReferralEventKind, ReferralState, Side
from coord.referrals.directory.reads import entries_of
from coord.referrals.links import links_of
from coord.referrals.machine import SHARED, UNDER_WAY
from coord.referrals.rules import parts_among
from coord.referrals.targets import forwarding, sending
from coord.referrals.whole import Whole, is_ended
from coord.work import Unit
from web.desk import Options
from web.words import t

_CONTACTS_OFFERED = 10
_IN_HAND = SHARED - {ReferralState.FEEDBACK_SENT}


async def offers(unit: Unit, found: Whole, *, with_phone: bool) -> Mapping[str, Any]:
    """Everything that a template asks for by name."""
    row, may = found.row, unit.actor.may
    is_target = Side.TARGET in found.sides and may("referral.respond")
    return {
        "contacts": await _proofs(unit, found),
        "targets": await _next_providers(unit, found),
        "forwards": await _forwards(unit, found) if is_target else [],
        "workers": await _colleagues(unit, found) if is_target and row["state"] in _IN_HAND else [],
        "may_refer_back": is_target and found.person is not None and row["state"] in SHARED and may("referral.send"),
        "back_parts": parts_among(row["blocks"]),
        "back_scales": DataCategory.SCALES.value in row["blocks"],
        "may_refer_again": _may_refer_again(unit, found),
        **await _phone(unit, found, asked=with_phone),
        **await _links(unit, found),
    }


async def _next_providers(unit: Unit, found: Whole) -> Options:
    """Where to go on after a refusal, the best first; those that the person agreed to are marked."""
    if not found.needs_review or found.is_counter:
        return []
    begun = await sending(unit, found.row["client_id"], found.row["need"])
    return [
        (str(one.id), t("referral.target_agreed", name=one.name) if one.is_agreed else one.name)
        for one in begun.targets
        if one.id != found.row["target_id"]
    ]


async def _forwards(unit: Unit, found: Whole) -> Options:
    """Whom to propose instead, while the referral waits for an answer."""
    if found.row["state"] not in {ReferralState.SENT, ReferralState.RECEIVED} or found.is_counter:
        return []
    return [(str(one.id), one.name) for one in await forwarding(unit, found.row["id"])]


async def _colleagues(unit: Unit, found: Whole) -> Options:
    """Workers who hold a post at the receiving organization now, each once."""
    if not unit.actor.may("placement.list"):
        return []
    today = local_date(unit.started_at, found.row["program.time_zone"])
    posts = await posts_at(unit, found.row["program_id"], found.row["target_id"])
    held = [post for post in posts if post.is_held_on(today)]
    return list(dict.fromkeys((str(post.worker_id), post.display_name) for post in held))


def _may_refer_again(unit: Unit, found: Whole) -> bool:
    """The sender may refer a person of their own anew once a referral has ended."""
    is_over = is_ended(found.row["state"]) and not found.needs_review and not found.is_counter
    return is_over and Side.SOURCE in found.sides and found.person is not None and unit.actor.may("referral.send")


async def _phone(unit: Unit, found: Whole, *, asked: bool) -> Mapping[str, Any]:
    """The number of somebody whose name is shown, once it is asked for: that is on the trail."""
    if found.person is None or not (asked and unit.actor.may("client.read_identity")):
        return {"phone": None, "phone_shown": False}
    known = await identities(unit, [found.row["client_id"]])
    return {"phone": known.get(found.row["client_id"], {}).get("phone"), "phone_shown": True}


async def _links(unit: Unit, found: Whole) -> Mapping[str, Any]:
    """The sender's links, and whether one can be made: for a provider that answers by link, while it is under way."""
    if Side.SOURCE not in found.sides or not unit.actor.may("referral.send"):
        return {"links": [], "may_link": False}
    links = (await links_of(unit, [found.row["id"]]))[found.row["id"]]
    (entry,) = await entries_of(unit, [found.row["target_id"]])
    return {"links": links, "may_link": bool(entry.answers_by_link) and found.row["state"] in UNDER_WAY}


async def _proofs(unit: Unit, found: Whole) -> Sequence[Any]:
    """Contacts of the receiving side with the person since the acceptance: what a first contact may cite."""
    decided = found.row["decided_at"]
    if ReferralEventKind.RECORD_CONTACT not in found.can or decided is None or found.row["client.id"] is None:
        return []
    day = local_date(decided, found.row["program.time_zone"])
    try:
        given = ContactFilter.parse(
            {"hospital": found.row["target_id"], "with_client": found.row["client_id"], "from_day": day}
        )
    except Invalid:
        return []
    wanted = ("occurred_on", "service_code", "duration_minutes", "attendance", "worker.display_name")
    rows = await contacts_on_page(unit, wanted, given, page=1, size=_CONTACTS_OFFERED)
    return [row for row in rows if row["attendance"].value == "ATTENDED"]
