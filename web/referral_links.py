"""Signed links from the sender's page of a referral: made, shown once, taken back."""

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.referrals.links import CreateLink, create_link, revoke_link
from coord.settings import settings
from coord.work import begin
from web.desk import id_of
from web.forms import read_form
from web.page import go
from web.referrals import story
from web.routes import signed_in
from web.session import actor_of


def address_of(token: str) -> str:
    """Where a link leads."""
    return f"{settings().base_url}/r/{token}"


async def create(request: Request) -> Response:
    """Make a link; the page that answers is the only one that shows it."""
    form = await read_form(request)
    referral = id_of(request.path_params["referral"])
    try:
        async with begin(actor_of(request)) as unit:
            made = await create_link(unit, CreateLink.parse({**form.raw(CreateLink), "referral": referral}))
    except (Invalid, Conflict) as refusal:
        return await story(request, form.refused(refusal), 422)
    return await story(request, form, 200, new_link=address_of(made.token))


async def revoke(request: Request) -> Response:
    """Take a link back."""
    async with begin(actor_of(request)) as unit:
        referral = await revoke_link(unit, id_of(request.path_params["link"]))
    return go(request, f"/referrals/{referral}", said="link.said_revoked")


ROUTES = [
    signed_in("/referrals/{referral}/links", create, "POST"),
    signed_in("/referrals/links/{link}/revoke", revoke, "POST"),
]
