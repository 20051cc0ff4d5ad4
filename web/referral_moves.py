"""Moving a referral from its page: each answer is one tap or one short form."""

from collections.abc import Awaitable, Callable
from uuid import NAMESPACE_URL, UUID, uuid5

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid, Problem
from coord.referrals import MoveReferral, move_as_source, move_as_target, record_contact, send_feedback
from coord.referrals.codes import ReferralEventKind, Side
from coord.referrals.inputs import (
    AskOverride,
    RecordAttempt,
    RecordContact,
    ReviewDecline,
    SendFeedback,
)
from coord.referrals.machine import MOVES
from coord.referrals.overriding import approve_override, ask_override
from coord.referrals.responding import record_attempt
from coord.referrals.reviewing import review_decline
from coord.work import Unit, begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, wants_fragment
from web.referrals import story
from web.routes import signed_in
from web.session import actor_of
from web.signing import sign, unsign

_BY_SOURCE = {move.event for move in MOVES if move.side is Side.SOURCE}
_UNDO = "referral"
_UNDO_SECONDS = 12
Step = Callable[[Unit, Form], Awaitable[object]]


async def done(request: Request, step: Step, said: str, undo: str | None = None) -> Response:
    """Do one step and come back to the page, or show the page with what is wrong and what was typed."""
    form = await read_form(request)
    referral = str(id_of(request.path_params["referral"]))
    try:
        async with begin(actor_of(request)) as unit:
            await step(unit, form.but(referral=referral))
    except (Invalid, Conflict) as refusal:
        is_conflict = isinstance(refusal, Conflict) and not wants_fragment(request)
        return await story(request, form.refused(refusal), 409 if is_conflict else 422)
    return go(request, f"/referrals/{referral}", said=said, undo=undo)


async def move(request: Request) -> Response:
    """A plain move of one's own side."""
    event = _event(request.path_params["event"])
    act = move_as_source if event in _BY_SOURCE and event is not ReferralEventKind.FAIL else move_as_target

    async def step(unit: Unit, form: Form) -> None:
        await act(unit, MoveReferral.parse({**form.raw(MoveReferral), "event": event}))

    token = sign([_UNDO, request.path_params["referral"]], seconds=_UNDO_SECONDS)
    undo = f"/referrals/undo/{token}" if event is ReferralEventKind.ACCEPT else None
    return await done(request, step, f"referral.said_{event.value.lower()}", undo)


def _event(text: str) -> ReferralEventKind:
    try:
        return ReferralEventKind(text.upper())
    except ValueError:
        raise Invalid(Problem("event", "NOT_A_CHOICE")) from None


async def undo(request: Request) -> Response:
    """Take an acceptance back, for twelve seconds."""
    match unsign(request.path_params["token"]):
        case [str(kind), str(referral)] if kind == _UNDO:
            given = {"idempotency_key": str(uuid_of(request)), "referral": referral, "event": "UNDO_ACCEPT"}
            async with begin(actor_of(request)) as unit:
                await move_as_target(unit, MoveReferral.parse(given))
            return go(request, f"/referrals/{referral}", said="toast.undone")
        case _:
            raise Conflict(Problem("undo", "UNDO_TOO_LATE"))


def uuid_of(request: Request) -> UUID:
    """One key for one undo link, however often it is posted."""
    return uuid5(NAMESPACE_URL, request.path_params["token"])


async def contact(request: Request) -> Response:
    """The first contact, by one of the contacts that were logged."""

    async def step(unit: Unit, form: Form) -> None:
        await record_contact(unit, RecordContact.parse(form.raw(RecordContact)))

    return await done(request, step, "referral.said_record_contact")


async def attempt(request: Request) -> Response:
    """Nobody was reached."""

    async def step(unit: Unit, form: Form) -> None:
        await record_attempt(unit, RecordAttempt.parse(form.raw(RecordAttempt)))

    return await done(request, step, "referral.said_attempt")


async def feedback(request: Request) -> Response:
    """A word in between, or the outcome."""

    async def step(unit: Unit, form: Form) -> None:
        await send_feedback(unit, SendFeedback.parse(form.raw(SendFeedback)))

    return await done(request, step, "referral.said_send_feedback")


async def review(request: Request) -> Response:
    """After a refusal: the next provider, or none."""

    async def step(unit: Unit, form: Form) -> None:
        await review_decline(unit, ReviewDecline.parse(form.raw(ReviewDecline)))

    return await done(request, step, "referral.said_review")


async def ask(request: Request) -> Response:
    """Ask to send it without consent."""

    async def step(unit: Unit, form: Form) -> None:
        await ask_override(unit, AskOverride.parse(form.raw(AskOverride)))

    return await done(request, step, "referral.said_override_asked")


async def approve(request: Request) -> Response:
    """Agree to that, as a second person."""

    async def step(unit: Unit, form: Form) -> None:
        await approve_override(unit, id_of(form.value("referral")))

    return await done(request, step, "referral.said_override_approved")


ROUTES = [
    signed_in("/referrals/undo/{token}", undo, "POST"),
    signed_in("/referrals/{referral}/move/{event}", move, "POST"),
    signed_in("/referrals/{referral}/contact", contact, "POST"),
    signed_in("/referrals/{referral}/attempt", attempt, "POST"),
    signed_in("/referrals/{referral}/feedback", feedback, "POST"),
    signed_in("/referrals/{referral}/review", review, "POST"),
    signed_in("/referrals/{referral}/override", ask, "POST"),
    signed_in("/referrals/{referral}/override/approve", approve, "POST"),
]
