"""Acting by a link: the same actions, the same machine, the same trail as with an account; each thing once."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.programs.tables import Program
from coord.referrals.codes import ReferralEventKind
from coord.referrals.discharged import discharged_on
from coord.referrals.inputs import MoveReferral, SendFeedback
from coord.referrals.links.codes import LinkAction
from coord.referrals.links.inputs import AnswerByLink, FeedbackByLink, ReportContact
from coord.referrals.links.opening import ANSWERS, Opened, open_link, still_open
from coord.referrals.links.tables import ReferralLinkUse
from coord.referrals.moving import fitting_move, is_by_link, locked, move, require_seen
from coord.referrals.responding import move_as_target, send_feedback
from coord.referrals.rules import check_first_contact
from coord.referrals.sending import Moved
from coord.referrals.tables import Referral
from coord.work import Unit, action, begin
from coord.work.idempotency import remember, replayed

Step = Callable[[Unit, UUID], Awaitable[Moved]]
_NOON = time(12)


async def _act(token: str, about: LinkAction, step: Step, *, language: str, address: str) -> Moved:
    """One action by a link, and the mark that it was used for it, in one transaction.

    Raises as ``open_link`` and the action do, ``Conflict`` when the link was used for it before.
    """
    opened = await open_link(token, language=language, address=address)
    async with begin(opened.actor) as unit:
        await still_open(unit, opened)
        try:
            done = await step(unit, opened.referral_id)
        except Conflict:
            if about in opened.used:
                raise Conflict(Problem("", "LINK_USED")) from None
            raise
        if not done.replayed:
            await _mark(unit, opened, about)
    return done


async def _mark(unit: Unit, opened: Opened, about: LinkAction) -> None:
    use = ReferralLinkUse(link_id=opened.link_id, referral_id=opened.referral_id, action=about, at=unit.started_at)
    try:
        await unit.session.savepoint(use)
    except IntegrityError:
        raise Conflict(Problem("", "LINK_USED")) from None


async def answer_by_link(token: str, given: AnswerByLink, *, language: str, address: str) -> Moved:
    """Accept, decline or return. Raises as ``move_as_target`` does, and as ``_act``."""
    if given.event not in ANSWERS:
        raise Invalid(Problem("event", "NOT_A_CHOICE"))

    async def step(unit: Unit, referral: UUID) -> Moved:
        return await move_as_target(unit, MoveReferral(referral=referral, **given.model_dump()))

    return await _act(token, LinkAction.ANSWER, step, language=language, address=address)


async def contact_by_link(token: str, raw: Mapping[str, Any], *, language: str, address: str) -> Moved:
    """Say on which day the person was met: what ``ReportContact`` takes but for the referral, which the link knows."""

    async def step(unit: Unit, referral: UUID) -> Moved:
        return await report_contact(unit, ReportContact.parse({**raw, "referral": referral}))

    return await _act(token, LinkAction.CONTACT, step, language=language, address=address)


async def feedback_by_link(token: str, given: FeedbackByLink, *, language: str, address: str) -> Moved:
    """Report how it ended. Raises as ``send_feedback`` does."""

    async def step(unit: Unit, referral: UUID) -> Moved:
        return await send_feedback(unit, SendFeedback(referral=referral, **given.model_dump()))

    return await _act(token, LinkAction.FEEDBACK, step, language=language, address=address)


@action("referral.respond")
async def report_contact(unit: Unit, given: ReportContact) -> Moved:
    """The first contact by the word of an organization that keeps no records here.

    Raises ``Invalid`` for organizations with accounts, whose contact is proven by a record, and for a day before
    the acceptance, up to the discharge, or after today; ``Conflict`` when the state has moved on.
    """
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    require_seen(referral, given, ReferralEventKind.RECORD_CONTACT)
    if not is_by_link(unit, referral.id):
        raise Invalid(Problem("referral", "CONTACT_NEEDS_PROOF"))
    fitting_move(unit, referral, ReferralEventKind.RECORD_CONTACT)
    met_at = await _met_at(unit, referral, given)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    referral.first_contact_at = met_at
    await move(unit, referral, ReferralEventKind.RECORD_CONTACT)
    return Moved(referral.id, replayed=False)


async def _met_at(unit: Unit, referral: Referral, given: ReportContact) -> datetime:
    """Now for today, noon for an earlier day: only the day is known."""
    zone = (await unit.find(Program, referral.program_id)).time_zone
    today = local_date(unit.started_at, zone)
    decided = referral.decided_at or unit.started_at
    found = check_first_contact(given.met_on, local_date(decided, zone), discharged_on(referral, zone))
    problems = [Problem("met_on", one.code) for one in found]
    if given.met_on > today:
        problems.append(Problem("met_on", "FUTURE_DATE"))
    if problems:
        raise Invalid(*problems)
    noon = datetime.combine(given.met_on, _NOON, ZoneInfo(zone))
    return unit.started_at if given.met_on == today else max(noon, decided)
