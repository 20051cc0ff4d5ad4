"""Webhooks for an administrator: endpoints of partners' systems, and the log of what went to each."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.webhooks import (
    CHOSEN,
    AddEndpoint,
    WebhookKind,
    add_endpoint,
    deliveries,
    endpoint,
    endpoints,
    managed_organizations,
    pause_endpoint,
    ping_endpoint,
    redeliver,
    remove_endpoint,
    resume_endpoint,
)
from coord.webhooks.codes import DeliveryState
from coord.work import Unit, begin
from web.administering import tabs
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_PATH = "/administration/webhooks"
Act = Callable[[Unit, UUID], Awaitable[None]]
_TONES = {DeliveryState.PENDING: "warn", DeliveryState.DELIVERED: "ok", DeliveryState.GIVEN_UP: "bad"}


def word_of(kind: str) -> str:
    """What happened, as the pages of referrals say it."""
    known = WebhookKind(kind)
    return t("webhooks.test") if known is WebhookKind.PING else t(f"referral_state.{known.name}")


async def index(request: Request) -> Response:
    """All endpoints, and the form of a new one."""
    return await _index(request, Form.of(), 200)


async def _index(request: Request, form: Form, status: int, *, secret: str = "") -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        known, places = await endpoints(unit), await managed_organizations(unit)
    context = {
        "tabs": tabs(_PATH),
        "form": form,
        "secret": secret,
        "endpoints": known,
        "organizations": [(str(key), name) for key, name in places],
        "kinds": [(kind.value, word_of(kind)) for kind in CHOSEN],
    }
    return render(request, "administration/webhooks.html", context, status=status)


async def add(request: Request) -> Response:
    """Add an endpoint. Its secret stands on this one answer and nowhere else."""
    form = await read_form(request)
    try:
        given = AddEndpoint.parse({**form.raw(AddEndpoint), "kinds": form.values("kinds")})
        async with begin(actor_of(request)) as unit:
            _, secret = await add_endpoint(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _index(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return await _index(request, Form.of(), 201, secret=secret)


async def page(request: Request) -> Response:
    """One endpoint with its log."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        one = await endpoint(unit, id_of(request.path_params["endpoint"]))
        log = await deliveries(unit, one.id)
    context = {"it": one, "log": log, "tones": _TONES, "words": {kind.value: word_of(kind) for kind in WebhookKind}}
    return render(request, "administration/webhook.html", context)


async def _done(request: Request, act: Act, said: str) -> Response:
    key = id_of(request.path_params["endpoint"])
    async with begin(actor_of(request)) as unit:
        await act(unit, key)
    return go(request, f"{_PATH}/{key}", said=said)


async def pause(request: Request) -> Response:
    """Nothing goes out for now."""
    return await _done(request, pause_endpoint, "webhooks.paused")


async def resume(request: Request) -> Response:
    """It goes on."""
    return await _done(request, resume_endpoint, "webhooks.resumed")


async def ping(request: Request) -> Response:
    """Send a test."""
    return await _done(request, ping_endpoint, "webhooks.pinged")


async def remove(request: Request) -> Response:
    """Nothing goes there any more."""
    async with begin(actor_of(request)) as unit:
        await remove_endpoint(unit, id_of(request.path_params["endpoint"]))
    return go(request, _PATH, said="webhooks.removed")


async def again(request: Request) -> Response:
    """Send one delivery once more."""
    async with begin(actor_of(request)) as unit:
        key = await redeliver(unit, id_of(request.path_params["delivery"]))
    return go(request, f"{_PATH}/{key}", said="webhooks.sent_again")


ROUTES = [
    signed_in(_PATH, index),
    signed_in(_PATH, add, "POST"),
    signed_in(f"{_PATH}/deliveries/{{delivery}}/again", again, "POST"),
    signed_in(f"{_PATH}/{{endpoint}}", page),
    signed_in(f"{_PATH}/{{endpoint}}/remove", remove, "POST"),
    signed_in(f"{_PATH}/{{endpoint}}/pause", pause, "POST"),
    signed_in(f"{_PATH}/{{endpoint}}/resume", resume, "POST"),
    signed_in(f"{_PATH}/{{endpoint}}/ping", ping, "POST"),
]
