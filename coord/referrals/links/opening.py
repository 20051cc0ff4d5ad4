"""From a secret to an actor who may answer one referral, and what that referral shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord.access import Actor, Grant, Role, Scope, system
from coord.clients.reads import identities
from coord.identity.attempts import Guessed, count_guess
from coord.identity.guessing import FREE_GUESSES_OF_AN_ADDRESS
from coord.identity.rules import hashed
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.referrals.codes import ReferralEventKind, Side
from coord.referrals.links.codes import LinkAction, LinkState
from coord.referrals.links.rules import state_of
from coord.referrals.links.tables import ReferralLink, ReferralLinkUse
from coord.referrals.links.tokens import link_of
from coord.referrals.machine import HIDDEN_FROM_TARGET
from coord.referrals.tables import Referral
from coord.referrals.whole import Whole, whole
from coord.work import Unit, action, begin

DOORKEEPER = system("referral links", "finds the one referral that a signed link opens", "referral.open_link")
_MAY = frozenset({"client.read_identity", "organization.list", "program.list", "referral.list", "referral.respond"})
_E = ReferralEventKind
ANSWERS = frozenset({_E.ACCEPT, _E.DECLINE, _E.RETURN})


@dataclass(frozen=True, slots=True)
class Opened:
    """Whoever holds a link, and the one referral that it opens."""

    actor: Actor
    link_id: UUID
    referral_id: UUID
    used: frozenset[LinkAction]


@dataclass(frozen=True, slots=True)
class ShownByLink:
    """A referral as the holder of its link sees it: ``identity`` after acceptance only."""

    it: Whole
    can: frozenset[LinkAction]
    identity: Mapping[str, str | None] | None
    at: datetime


def acting_by(link: ReferralLink, place: Organization, language: str) -> Actor:
    """The actor behind a link: an actor like any other, but for whose rows it sees.

    It reads the directory and the program as every partner does, one referral by its scope, and no other row about
    anybody. Its id is the link's own, so the trail says which link it was.
    """
    grant = Grant(place.id, Role.SPONSOR_VIEWER, place.foundation_id)
    scopes = ((Scope.REFERRALS_LINKED.value, (link.referral_id,)),)
    return Actor(link.id, "referral link", language, (grant,), _MAY, scopes)


async def open_link(token: str, *, language: str, address: str) -> Opened:
    """The actor and the referral of a link.

    Raises ``NotFound`` for whatever does not open anything just now, without saying why: unknown, forged, over,
    taken back, replaced. Each such try counts by network address; ``Invalid`` (``TRY_LATER``) when there were many.
    """
    found = None
    if (link_id := link_of(token)) is not None:
        async with begin(DOORKEEPER, read_only=True) as unit:
            found = await _find(unit, link_id, token, language)
    if found is None:
        await count_guess("", [Guessed(hashed(f"referral link {address}"), FREE_GUESSES_OF_AN_ADDRESS)])
        raise NotFound
    return found


@action("referral.open_link")
async def _find(unit: Unit, link_id: UUID, token: str, language: str) -> Opened | None:
    link = await unit.session.get(ReferralLink, link_id)
    if link is None or link.token_hash != hashed(token):
        return None
    referral = await unit.find(Referral, link.referral_id)
    if not _opens(unit, link, referral):
        return None
    place = await unit.find(Organization, referral.target_id)
    used = await unit.scalars(select(ReferralLinkUse.action).where(col(ReferralLinkUse.link_id) == link.id))
    return Opened(acting_by(link, place, language), link.id, referral.id, frozenset(used))


def _opens(unit: Unit, link: ReferralLink, referral: Referral) -> bool:
    is_now = link.round == referral.round and referral.state not in HIDDEN_FROM_TARGET
    state = state_of(link.expires_at, link.revoked_at, is_of_this_round=is_now, at=unit.started_at)
    return state is LinkState.OPEN


async def still_open(unit: Unit, opened: Opened) -> ReferralLink:
    """The link, locked in the unit that is about to act by it. Raises ``NotFound`` when it was taken back meanwhile."""
    statement = select(ReferralLink).where(col(ReferralLink.id) == opened.link_id).with_for_update()
    link: ReferralLink | None = await unit.scalar(statement)
    if link is None or not _opens(unit, link, await unit.find(Referral, opened.referral_id)):
        raise NotFound
    return link


async def shown_by_link(token: str, *, language: str, address: str) -> ShownByLink:
    """What a link shows: the sketch before acceptance, then what consent covers. Raises as ``open_link`` does."""
    opened = await open_link(token, language=language, address=address)
    async with begin(opened.actor) as unit:
        found = await whole(unit, opened.referral_id)
        known = await identities(unit, [found.row["client_id"]]) if found.person is not None else {}
    return ShownByLink(found, _can(opened, found), known.get(found.row["client_id"]), unit.started_at)


def _can(opened: Opened, found: Whole) -> frozenset[LinkAction]:
    """What is still to be done with the link, now."""
    events = found.can if Side.TARGET in found.sides else frozenset()
    possible = {
        LinkAction.ANSWER: bool(ANSWERS & events) or _E.RECEIVE in events,
        LinkAction.CONTACT: _E.RECORD_CONTACT in events,
        LinkAction.FEEDBACK: _E.SEND_FEEDBACK in events,
    }
    return frozenset(one for one, is_so in possible.items() if is_so and one not in opened.used)
