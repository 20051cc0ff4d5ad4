"""Posts at hospitals: which are vacant, opening one, giving it to somebody, ending it."""

from collections.abc import Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.placements import Place, PlacementModel, end_post, fill_post, place
from coord.placements.actions import record_training
from coord.placements.inputs import EndPost, Fill, RecordTraining
from coord.placements.people import candidates
from coord.placements.setting_up import employees, post_set_up, posts_set_up
from coord.programs import Part
from coord.programs.setting_up import Partner, partners, programs_set_up
from coord.work import Unit, begin
from web.administering import choices, day_of_today, is_over, tabs
from web.desk import Options, id_of, options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/administration/posts"


async def page(request: Request) -> Response:
    """Every post of the own programs, vacant ones first."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        posts = await posts_set_up(unit)
    context = {"tabs": tabs(_PATH), "posts": posts, "vacant": sum(1 for post in posts if post.worker is None)}
    return render(request, "administration/posts.html", context)


async def new(request: Request) -> Response:
    """The form of a new post in a program."""
    asked = query_form(request)
    usual = {"starts_on": day_of_today(), "model": PlacementModel.EMBEDDED.value}
    return await _new(request, asked.but(**usual))


async def _new(request: Request, form: Form, status: int = 200) -> Response:
    speak(language_of(request))
    actor_of(request).require("placement.manage")
    async with begin(actor_of(request), read_only=True) as unit:
        programs = await programs_set_up(unit)
        wanted = form.value("program_id")
        program = next((one for one in programs if str(one.id) == wanted or not wanted), None)
        joined = await partners(unit, program.id) if program else []
        workers = await employees(unit)
    context = {
        "form": form,
        "program": program,
        "programs": [one for one in programs if one is not program],
        "hospitals": _taking_part(joined, Part.HOSPITAL),
        "employers": _taking_part(joined),
        "workers": [(str(worker.id), f"{worker.name} · {worker.employer}") for worker in workers],
        "models": options("placement_model", PlacementModel),
    }
    return render(request, "administration/post_new.html", context, status=status)


def _taking_part(joined: Sequence[Partner], part: Part | None = None) -> Options:
    """Who takes part, each once, though it does so in several ways."""
    return list(dict.fromkeys(choices(partner for partner in joined if part is None or partner.part is part)))


async def open_one(request: Request) -> Response:
    """Open a post."""
    form = await read_form(request)
    try:
        given = Place.parse(form.raw(Place))
        async with begin(actor_of(request)) as unit:
            await place(unit, given)
    except Invalid as refusal:
        return await _new(request, form.refused(refusal), 422)
    return go(request, _PATH, said="posts.opened")


async def post_page(request: Request) -> Response:
    """One post: filled by somebody if it is vacant, ended if it is not."""
    return await _post(request, Form.of(starts_on=day_of_today(), last_day=day_of_today(), stays_vacant="true"))


async def _post(request: Request, form: Form, status: int = 200) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        post = await post_set_up(unit, _post_of(request))
        form = form if form.value("trained_on") or not post.trained_on else form.but(trained_on=str(post.trained_on))
        people = await _candidates(unit, post.hospital_id) if post.worker is None else []
    context = {"post": post, "people": people, "form": form, "over": is_over(post.ends_on)}
    return render(request, "administration/post.html", context, status=status)


async def _candidates(unit: Unit, hospital_id: UUID) -> Options:
    found = await candidates(unit, hospital_id)
    return [(str(one.user_id), f"{one.name} · {one.code}" if one.code else one.name) for one in found]


def _post_of(request: Request) -> UUID:
    return id_of(request.path_params["post"])


async def fill(request: Request) -> Response:
    """Give a vacant post to a person."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            await fill_post(unit, _post_of(request), Fill.parse(form.raw(Fill)))
    except (Invalid, Conflict) as refusal:
        return await _post(request, form.refused(refusal), 422)
    return go(request, _PATH, said="posts.filled")


async def end(request: Request) -> Response:
    """End a post, or leave it vacant."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            await end_post(unit, _post_of(request), EndPost.parse(form.raw(EndPost)))
    except Invalid as refusal:
        return await _post(request, form.refused(refusal), 422)
    return go(request, _PATH, said="posts.ended")


async def train(request: Request) -> Response:
    """Say when whoever fills a post was trained for it."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            await record_training(unit, _post_of(request), RecordTraining.parse(form.raw(RecordTraining)))
    except (Invalid, Conflict) as refusal:
        return await _post(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"{_PATH}/{_post_of(request)}", said="posts.trained")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(f"{_PATH}/new", new),
    signed_in(f"{_PATH}/new", open_one, "POST"),
    signed_in(f"{_PATH}/{{post}}", post_page),
    signed_in(f"{_PATH}/{{post}}/fill", fill, "POST"),
    signed_in(f"{_PATH}/{{post}}/train", train, "POST"),
    signed_in(f"{_PATH}/{{post}}/end", end, "POST"),
]
