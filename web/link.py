"""A signed link: one referral, for a provider without an account. Plain forms; no script is needed."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.referrals.codes import ReferralEventKind
from coord.referrals.links import (
    AnswerByLink,
    FeedbackByLink,
    ReportContact,
    ShownByLink,
    answer_by_link,
    contact_by_link,
    feedback_by_link,
    shown_by_link,
)
from coord.referrals.machine import REASONS
from web.desk import id_of, options
from web.errors import answer as error_page
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.referrals import TONES, outcomes_of
from web.routes import public
from web.words import speak, t

_TOO_MANY, _OVER, _CONFLICT, _INVALID = 429, 404, 409, 422
_E = ReferralEventKind


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _who(request: Request) -> dict[str, str]:
    """In which language to answer, and where tries that open nothing are counted."""
    return {"language": language_of(request), "address": request.client.host if request.client else ""}


async def _shut(request: Request, refusal: NotFound | Invalid) -> Response:
    """One answer for whatever does not open anything: it does not tell a wrong link from one that is over."""
    words = speak(language_of(request))
    if isinstance(refusal, NotFound):
        return await error_page(request, _OVER, t("link.over"))
    return await error_page(request, _TOO_MANY, words.problem(refusal.problems[0]))


async def page(request: Request) -> Response:
    """The sketch and the answers; after acceptance what consent covers, the first contact and the feedback."""
    return await _page(request, Form.of(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    try:
        shown = await shown_by_link(_token(request), **_who(request))
    except (NotFound, Invalid) as refusal:
        return await _shut(request, refusal)
    return render(request, "links/page.html", _context(request, shown, form), status=status)


def _context(request: Request, shown: ShownByLink, form: Form) -> dict[str, object]:
    zone = shown.it.row["program.time_zone"]
    return {
        "path": f"/r/{_token(request)}",
        "it": shown.it,
        "can": shown.can,
        "identity": shown.identity,
        "form": form if form.value("idempotency_key") else form.but(idempotency_key=str(uuid4())),
        "zone": zone,
        "today": local_date(shown.at, zone),
        "tones": TONES,
        "reasons": {event: options("reason_code", REASONS[event]) for event in (_E.RETURN, _E.DECLINE)},
        "outcomes": options("outcome", outcomes_of(shown.it)),
    }


async def _done(request: Request, step: Callable[[Form], Awaitable[object]], said: str) -> Response:
    form = await read_form(request)
    try:
        await step(form)
    except NotFound as refusal:
        return await _shut(request, refusal)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), _CONFLICT if isinstance(refusal, Conflict) else _INVALID)
    return go(request, f"/r/{_token(request)}", said=said)


async def answer(request: Request) -> Response:
    """Accept, return or decline."""

    async def step(form: Form) -> object:
        return await answer_by_link(_token(request), AnswerByLink.parse(form.raw(AnswerByLink)), **_who(request))

    return await _done(request, step, "link.said_answer")


async def contact(request: Request) -> Response:
    """On which day the person was met."""

    async def step(form: Form) -> object:
        raw = {**form.raw(ReportContact), "idempotency_key": id_of(form.value("idempotency_key"))}
        return await contact_by_link(_token(request), raw, **_who(request))

    return await _done(request, step, "link.said_contact")


async def feedback(request: Request) -> Response:
    """How it ended."""

    async def step(form: Form) -> object:
        return await feedback_by_link(_token(request), FeedbackByLink.parse(form.raw(FeedbackByLink)), **_who(request))

    return await _done(request, step, "link.said_feedback")


ROUTES = [
    public("/r/{token}", page),
    public("/r/{token}/answer", answer, "POST"),
    public("/r/{token}/contact", contact, "POST"),
    public("/r/{token}/feedback", feedback, "POST"),
]
