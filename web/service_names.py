"""Hospitals' words for services: what a spreadsheet's word stands for, edited by people."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.contacts.codes import ServiceCode
from coord.contacts.importing import NameService, forget_service_name, name_service, service_names
from coord.kernel.errors import Conflict, Invalid
from coord.work import begin
from web.desk import options
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_PATH = "/imports/names"
# Names in Latin letters are spellings of the codes: shown to nobody.
_FIRST_IDEOGRAPH = "\u2e80"


async def index(request: Request) -> Response:
    """People's own words, and those that coord knows already."""
    return await _index(request, Form())


async def _index(request: Request, form: Form, status: int = 200) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        known = await service_names(unit)
    usual: dict[ServiceCode, list[str]] = {code: [] for code in ServiceCode}
    for name in known:
        if name.id is None and any(character >= _FIRST_IDEOGRAPH for character in name.name):
            usual[name.service_code].append(name.name)
    context = {
        "form": form,
        "own": [name for name in known if name.id is not None],
        "usual": [(t(f"service_code.{code}"), names) for code, names in usual.items() if names],
        "services": options("service_code", ServiceCode),
        "may_edit": actor_of(request).may("service_name.edit"),
    }
    return render(request, "imports/names.html", context, status=status)


async def add(request: Request) -> Response:
    """Add a word."""
    form = await read_form(request)
    try:
        given = NameService.parse(form.raw(NameService))
        async with begin(actor_of(request)) as unit:
            await name_service(unit, given)
    except (Invalid, Conflict) as refused:
        return await _index(request, form.refused(refused), 422)
    return go(request, _PATH, said="names.added", name=given.name)


async def remove(request: Request) -> Response:
    """Take a word away."""
    name_id: UUID = request.path_params["name_id"]
    async with begin(actor_of(request)) as unit:
        await forget_service_name(unit, name_id)
    return go(request, _PATH, said="names.removed")


ROUTES = [
    signed_in(_PATH, index),
    signed_in(_PATH, add, "POST"),
    signed_in(_PATH + "/{name_id:uuid}/remove", remove, "POST"),
]
