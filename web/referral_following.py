"""What goes on from a referral's page: another organization, a colleague, back to the hospital that sent the person."""

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.referrals.inputs import AssignReferral, ForwardReferral, ReferBack
from coord.referrals.referring_back import refer_back
from coord.referrals.responding import assign_referral, forward_referral
from coord.work import Unit, begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go
from web.referral_moves import done
from web.referrals import story
from web.routes import signed_in
from web.session import actor_of


async def forward(request: Request) -> Response:
    """Propose another organization."""

    async def step(unit: Unit, form: Form) -> None:
        await forward_referral(unit, ForwardReferral.parse(form.raw(ForwardReferral)))

    return await done(request, step, "referral.said_forward")


async def assign(request: Request) -> Response:
    """Who looks after it."""

    async def step(unit: Unit, form: Form) -> None:
        await assign_referral(unit, AssignReferral.parse(form.raw(AssignReferral)))

    return await done(request, step, "referral.said_assign")


async def back(request: Request) -> Response:
    """A counter-referral; go to its page."""
    form = await read_form(request)
    form = form.but(referral=str(id_of(request.path_params["referral"])), open="back")
    if not form.value("reason").strip():
        form = form.but(reason=form.value("usual_reason"))
    try:
        async with begin(actor_of(request)) as unit:
            made = await refer_back(unit, ReferBack.parse(form.raw(ReferBack)))
    except (Invalid, Conflict) as refusal:
        return await story(request, form.refused(refusal), 422)
    return go(request, f"/referrals/{made.referral_id}", said="referral.said_send")


ROUTES = [
    signed_in("/referrals/{referral}/forward", forward, "POST"),
    signed_in("/referrals/{referral}/assign", assign, "POST"),
    signed_in("/referrals/{referral}/back", back, "POST"),
]
