"""Writing a referral: few taps, what is open already said before the form, consent shown beside each organization."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.referrals import ReferralFilter, SendReferral, send_referral
from coord.referrals.codes import ReferralDirection, ReferralNeed, Urgency
from coord.referrals.inputs import CompleteReferral
from coord.referrals.machine import OPEN
from coord.referrals.reads import referrals_on_page
from coord.referrals.rules import PART_OF
from coord.referrals.sending import complete_referral
from coord.referrals.targets import sending
from coord.referrals.whole import whole
from coord.work import begin
from web.desk import about, id_of, options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.referrals import target_options
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_START = {"urgency": Urgency.ROUTINE.value, "direction": ReferralDirection.DOWN.value,
          "need": ReferralNeed.COMMUNITY_REHABILITATION.value}  # fmt: skip
_OPEN_SHOWN = 10


async def new(request: Request) -> Response:
    """The form, for the client that the address names."""
    asked = query_form(request)
    return await _form(request, asked.but(idempotency_key=str(uuid4()), **_START), 200)


async def _form(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client_id = id_of(form.value("client"))
    async with begin(actor_of(request)) as unit:
        begun = await sending(unit, client_id)
        card = (await cards(unit, [client_id])).get(client_id)
        if card is None:
            raise NotFound
        given = ReferralFilter.parse({"client": client_id, "state": sorted(OPEN)})
        going = await referrals_on_page(unit, ("code", "need", "state", "target.name"), given, page=1, size=_OPEN_SHOWN)
    context = {
        "form": form,
        "card": card,
        "about": about(card, begun.today),
        "program": begun.program,
        "targets": target_options(begun),
        "going": going,
        "needs": options("referral_need", ReferralNeed),
        "urgencies": options("urgency", Urgency),
        "directions": options("direction", ReferralDirection),
        "parts": list(PART_OF.values()),
    }
    return render(request, "referrals/new.html", context, block="form", status=status)


async def create(request: Request) -> Response:
    """Send it, or keep it as a draft; go to its page."""
    form = await read_form(request)
    draft = {"draft": "true"} if form.value("then") == "draft" else {}
    try:
        async with begin(actor_of(request)) as unit:
            done = await send_referral(unit, SendReferral.parse({**form.raw(SendReferral), **draft}))
    except (Invalid, Conflict) as refusal:
        return await _form(request, form.refused(refusal), 422)
    return go(request, f"/referrals/{done.referral_id}", said="referral.said_kept" if draft else "referral.said_send")


async def completing(request: Request) -> Response:
    """The form of a draft or a returned referral, with what it said."""
    return await _complete_form(request, Form.of(idempotency_key=str(uuid4())), 200)


async def _complete_form(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("referral.send")
    async with begin(actor_of(request)) as unit:
        found = await whole(unit, id_of(request.path_params["referral"]))
    if not form.value("reason"):
        said = {name: str(found.packet.get(block.value, "")) for block, name in PART_OF.items()}
        form = form.but(urgency=found.row["urgency"].value, reason=found.reason, **said)
    context = {"form": form, "it": found, "urgencies": options("urgency", Urgency), "parts": list(PART_OF.values())}
    return render(request, "referrals/complete.html", context, block="form", status=status)


async def complete(request: Request) -> Response:
    """Send it (again)."""
    form = await read_form(request)
    referral = str(id_of(request.path_params["referral"]))
    try:
        async with begin(actor_of(request)) as unit:
            raw = {**form.raw(CompleteReferral), "referral": referral}
            await complete_referral(unit, CompleteReferral.parse(raw))
    except (Invalid, Conflict) as refusal:
        return await _complete_form(request, form.refused(refusal), 422)
    return go(request, f"/referrals/{referral}", said="referral.said_send")


ROUTES = [
    signed_in("/referrals/new", new),
    signed_in("/referrals/new", create, "POST"),
    signed_in("/referrals/{referral}/complete", completing),
    signed_in("/referrals/{referral}/complete", complete, "POST"),
]
