"""Stories of people: written by the care team, decided by a second person, ended at any time."""

from starlette.requests import Request
from starlette.responses import Response

from coord.clients.stories.inputs import MAX_TEXT, MAX_TITLE, MoveStory, WriteStory
from coord.clients.stories.moving import move_story
from coord.clients.stories.reads import stories_of_client, stories_waiting
from coord.clients.stories.writing import write_story
from coord.kernel.errors import Conflict, Invalid
from coord.work import begin
from web.desk import id_of
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

TONES = {"WAITING": "info", "RETURNED": "warn", "APPROVED": "ok", "ENDED": ""}
_SAID = {"APPROVE": "story.approved", "RETURN": "story.returned", "END": "story.ended"}


async def of_client(request: Request) -> Response:
    """The stories of one person, and the form of another, or of one that was sent back."""
    return await _of_client(request, query_form(request), 200)


async def _of_client(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request), read_only=True) as unit:
        found = await stories_of_client(unit, client)
    again = next((one for one in found if str(one.id) == form.value("story") and one.state == "RETURNED"), None)
    if again is not None:
        form = form.but(
            **{name: getattr(again, name) for name in ("title", "text") if name not in form.fields}
        )  # fmt: skip
    context = {
        "client": client, "stories": found, "form": form, "again": again, "tones": TONES, "longest": MAX_TEXT,
        "longest_title": MAX_TITLE, "path": _path(client),
    }  # fmt: skip
    return render(request, "stories/client.html", context, status=status)


def _path(client: object) -> str:
    return f"/clients/{client}/stories"


async def write(request: Request) -> Response:
    """Write one."""
    form, client = await read_form(request), id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            await write_story(unit, WriteStory.parse({**form.raw(WriteStory), "client": client}))
    except (Invalid, Conflict) as refusal:
        return await _of_client(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, _path(client), said="story.written")


async def page(request: Request) -> Response:
    """What waits for a second person, and what is told."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        found = await stories_waiting(unit)
    context = {"stories": found, "form": form, "tones": TONES, "path": "/stories"}
    return render(request, "stories/page.html", context, status=status)


async def move(request: Request) -> Response:
    """A step of one, and back to where it was made."""
    form = (await read_form(request)).but(story=request.path_params["story"])
    at_client = "client" in form.fields
    try:
        async with begin(actor_of(request)) as unit:
            client = await move_story(unit, MoveStory.parse(form.raw(MoveStory)))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, _path(client) if at_client else "/stories", said=_SAID[form.value("move")])


ROUTES = [
    signed_in("/clients/{client}/stories", of_client),
    signed_in("/clients/{client}/stories", write, "POST"),
    signed_in("/stories", page),
    signed_in("/stories/{story}", move, "POST"),
]
