"""Programs of the own foundation, and who takes part in them."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.people import directory
from coord.programs import AddProgram, JoinProgram, Part, join_program, start_program
from coord.programs.setting_up import one_set_up, partners, programs_set_up
from coord.work import begin
from web.administering import choices, day_of_today, is_over, tabs
from web.desk import id_of, options
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_PATH = "/administration/programs"
_ZONES = ("Asia/Shanghai", "Asia/Seoul")


async def page(request: Request) -> Response:
    """Every program of the foundations that the actor administers."""
    return await _page(request, Form.of(starts_on=day_of_today(), time_zone=_ZONES[0]))


async def _page(request: Request, form: Form, status: int = 200) -> Response:
    speak(language_of(request))
    actor_of(request).require("program.manage")
    async with begin(actor_of(request), read_only=True) as unit:
        found = await programs_set_up(unit)
    context = {
        "tabs": tabs(_PATH),
        "programs": [(program, is_over(program.ends_on)) for program in found],
        "zones": [(zone, t(f"programs.zone.{zone.partition('/')[2].lower()}")) for zone in _ZONES],
        "form": form,
    }
    return render(request, "administration/programs.html", context, status=status)


async def start(request: Request) -> Response:
    """Start a program; its foundation takes part at once."""
    form = await read_form(request)
    actor = actor_of(request)
    foundation = next(iter(actor.administers()), None)
    try:
        given = AddProgram.parse({**form.raw(AddProgram), "foundation_id": foundation})
        async with begin(actor) as unit:
            program = (await start_program(unit, given)).id
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, f"{_PATH}/{program}", said="programs.started", name=given.name)


async def program_page(request: Request) -> Response:
    """One program: who takes part, as what, since when."""
    return await _program(request, None)


async def _program(request: Request, form: Form | None, status: int = 200) -> Response:
    speak(language_of(request))
    actor_of(request).require("program.manage")
    async with begin(actor_of(request), read_only=True) as unit:
        program = await one_set_up(unit, _program_of(request))
        joined, places = await partners(unit, program.id), await directory(unit)
    usual = {"part": Part.HOSPITAL.value, "starts_on": program.starts_on.isoformat()}
    context = {
        "program": program,
        "partners": [(partner, is_over(partner.ends_on)) for partner in joined],
        "organizations": choices(places),
        "parts": options("part", Part),
        "form": form or Form.of(**usual),
    }
    return render(request, "administration/program.html", context, status=status)


def _program_of(request: Request) -> UUID:
    return id_of(request.path_params["program"])


async def let_join(request: Request) -> Response:
    """Let an organization take part."""
    form = await read_form(request)
    program = _program_of(request)
    try:
        given = JoinProgram.parse({**form.raw(JoinProgram), "program_id": program})
        async with begin(actor_of(request)) as unit:
            await join_program(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _program(request, form.refused(refusal), 422)
    return go(request, f"{_PATH}/{program}", said="programs.joined")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(_PATH, start, "POST"),
    signed_in(f"{_PATH}/{{program}}", program_page),
    signed_in(f"{_PATH}/{{program}}/partners", let_join, "POST"),
]
