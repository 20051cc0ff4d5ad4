"""Writing a referral: few taps, what is open already said before the form, consent shown beside each organization."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.clients.consents.codes import DataCategory
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.referrals import ReferralFilter, SendReferral, send_referral
from coord.referrals.codes import ReferralDirection, ReferralNeed, Urgency
from coord.referrals.inputs import CompleteReferral
from coord.referrals.machine import OPEN
from coord.referrals.packets import came_with
from coord.referrals.reads import referrals_on_page
from coord.referrals.rules import PART_OF, TRAVELS, parts_among
from coord.referrals.sending import complete_referral
from coord.referrals.targets import Sending, sending
from coord.referrals.whole import whole
from coord.work import Unit, begin
from web.desk import about, id_of, options
from web.directory import CAPACITY_TONES
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_START = {"urgency": Urgency.ROUTINE.value, "direction": ReferralDirection.DOWN.value,
          "need": ReferralNeed.COMMUNITY_REHABILITATION.value}  # fmt: skip
_SCALES = DataCategory.SCALES.value
_OPEN_SHOWN, _SHOWN, _USUAL = 10, 6, 5


async def new(request: Request) -> Response:
    """The form, for the client that the address names."""
    asked = query_form(request)
    return await _form(request, asked.but(idempotency_key=str(uuid4()), **_START), 200)


async def _form(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client_id = id_of(form.value("client"))
    async with begin(actor_of(request)) as unit:
        begun = await _targets(unit, form)
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
        **_offered(begun, form),
        "going": going,
        "needs": options("referral_need", ReferralNeed),
        "urgencies": options("urgency", Urgency),
        "directions": options("direction", ReferralDirection),
        "parts": parts_among(TRAVELS),
        "usual_reasons": [(text, text) for text in (t(f"referral.usual_reason_{n}") for n in range(1, _USUAL + 1))],
    }
    return render(request, "referrals/new.html", context, block="form", status=status)


async def _targets(unit: Unit, form: Form) -> Sending:
    """Where the person could go, for the need that is chosen."""
    need = next((one for one in ReferralNeed if one == form.value("need")), None)
    return await sending(unit, id_of(form.value("client")), need, form.value("search"))


def _offered(begun: Sending, form: Form) -> dict[str, object]:
    """The best few at once, the others a tap away, or open where the chosen one is among them."""
    others = begun.targets[_SHOWN:]
    is_among = any(str(one.id) == form.value("target") for one in others)
    return {
        "targets": begun.targets[:_SHOWN],
        "others": others,
        "others_open": is_among,
        "tones": CAPACITY_TONES,
    }


async def receivers(request: Request) -> Response:
    """The organizations again, for another need or a search; what was chosen stays chosen."""
    speak(language_of(request))
    form = query_form(request)
    async with begin(actor_of(request)) as unit:
        begun = await _targets(unit, form)
    return render(request, "referrals/receivers.html", {"form": form, **_offered(begun, form)})


async def create(request: Request) -> Response:
    """Send it, or keep it as a draft; go to its page."""
    form = await read_form(request)
    draft = {"draft": "true"} if form.value("then") == "draft" else {}
    if not form.value("reason").strip():
        form = form.but(reason=form.value("usual_reason"))
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
        travels = await came_with(unit, found.row["parent_id"]) if found.is_counter else TRAVELS
    if not form.value("reason"):
        said = {name: str(found.packet.get(block.value, "")) for block, name in PART_OF.items()}
        ticks = {"contact_prohibited": found.row["contact_prohibited"], "with_scales": _SCALES in found.row["blocks"]}
        ticked = {name: "true" if is_so else "" for name, is_so in ticks.items()}
        form = form.but(urgency=found.row["urgency"].value, reason=found.reason, **said, **ticked)
    context = {
        "form": form,
        "it": found,
        "urgencies": options("urgency", Urgency),
        "parts": parts_among(travels),
        "with_scales": _SCALES in travels,
    }
    return render(request, "referrals/complete.html", context, block="form", status=status)


async def complete(request: Request) -> Response:
    """Send it (again)."""
    form = await read_form(request)
    referral = str(id_of(request.path_params["referral"]))
    try:
        async with begin(actor_of(request)) as unit:
            # A box that is not ticked says so: the form shows what the referral said before.
            prohibited = bool(form.value("contact_prohibited"))
            raw = {**form.raw(CompleteReferral), "referral": referral, "contact_prohibited": prohibited}
            await complete_referral(unit, CompleteReferral.parse(raw))
    except (Invalid, Conflict) as refusal:
        return await _complete_form(request, form.refused(refusal), 422)
    return go(request, f"/referrals/{referral}", said="referral.said_send")


ROUTES = [
    signed_in("/referrals/new", new),
    signed_in("/referrals/new", create, "POST"),
    signed_in("/referrals/new/receivers", receivers),
    signed_in("/referrals/{referral}/complete", completing),
    signed_in("/referrals/{referral}/complete", complete, "POST"),
]
