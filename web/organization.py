"""One organization of one's directory: what it is called, where it is, where it keeps its data."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid
from coord.organizations import ChangeOrganization, change_organization, own_organization
from coord.work import begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/administration/organizations/{organization}"
_FIELDS = ("name", "province", "city", "district", "region")


def _key(request: Request) -> UUID:
    return id_of(request.path_params["organization"])


async def page(request: Request) -> Response:
    """What is known, to be changed."""
    return await _page(request, None, 200)


async def _page(request: Request, typed: Form | None, status: int) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        row = await own_organization(unit, _key(request))
    form = typed or Form.of(**{name: getattr(row, name) or "" for name in _FIELDS})
    return render(request, "administration/organization.html", {"it": row, "form": form}, status=status)


async def change(request: Request) -> Response:
    """Say it anew."""
    form = await read_form(request)
    try:
        given = ChangeOrganization.parse({**form.raw(ChangeOrganization), "organization": _key(request)})
        async with begin(actor_of(request)) as unit:
            await change_organization(unit, given)
    except Invalid as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, "/administration", said="people.organization_changed", name=given.name)


ROUTES = [signed_in(_PATH, page), signed_in(_PATH, change, "POST")]
