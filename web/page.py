"""One render function: a whole page, or the named block of it that htmx asked for."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from coord.identity.passkeys import party
from coord.language import LANGUAGES
from coord.settings import settings
from web import flash
from web.assets import asset
from web.cookies import own_name
from web.navigation import ON_PHONE, home_of, is_current, places_of
from web.session import known_person
from web.shell import shell_of
from web.words import FUNCTIONS, speak

_FOLDER = Path(__file__).parent / "templates"
PRIVATE = {"Cache-Control": "no-store", "Vary": "HX-Request, Cookie"}


@cache
def environment() -> Environment:
    """The templates. Every macro of ``parts/`` is ``ui.<macro>``, also inside a block rendered alone."""
    env = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=not settings().is_production,
    )
    env.globals.update(FUNCTIONS)
    env.globals["asset"] = asset
    env.globals["ui"] = _Parts(env)
    env.globals["sentence"] = lambda key, arguments: FUNCTIONS["t"](key, **arguments)
    return env


class _Parts:
    """All macros of the parts folder under one name."""

    def __init__(self, env: Environment) -> None:
        self._macros: dict[str, Any] = {}
        # Registered first, so that macros of one file may use those of another.
        env.globals["ui"] = self
        for path in sorted((_FOLDER / "parts").glob("*.html")):
            module = env.get_template(f"parts/{path.name}").make_module()
            self._macros |= {name: value for name, value in vars(module).items() if not name.startswith("_")}

    def __getattr__(self, name: str) -> Any:
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(name) from None


def language_of(request: Request) -> str:
    """The person's language; a visitor's choice, browser, or the default."""
    person = known_person(request)
    if person is not None:
        return person.actor.language
    missing = getattr(request.state, "missing", None)
    if missing is not None:
        return str(missing.language)
    chosen = request.cookies.get(own_name("language"), "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        wanted = part.split(";")[0].strip().lower()
        found = next((known for known in LANGUAGES if wanted and known.lower().split("-")[0] == wanted[:2]), None)
        if found:
            return found
    return settings().default_language


def wants_fragment(request: Request) -> bool:
    """Whether htmx wants a block. On Back it sends both headers and needs the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def _surroundings(request: Request) -> dict[str, Any]:
    person = known_person(request)
    actor = person.actor if person else None
    places = places_of(actor) if actor else []
    path = request.url.path
    return {
        "request_path": path,
        "actor": actor,
        "theme": person.theme if person else "auto",
        "home": (home_of(actor) or "/") if actor else "/",
        "places": [(place, is_current(place, path)) for place in places],
        "on_phone": {place.path for place in (*places[:ON_PHONE], *places[-1:])},
        "shell": shell_of(request),
        "is_fragment": False,
        "passkeys_work": party() is not None,
    }


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    block: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page, or only ``block`` of it when htmx asks for a part.

    The handler chooses the block, never the client. What the actor may not see is not in ``context``.
    """
    spoken = speak(language_of(request))
    full = {**_surroundings(request), "lang": spoken.language, **(context or {})}
    env = environment()
    if block is not None and wants_fragment(request):
        body = render_block(env, template, block, {**full, "is_fragment": True})
        return HTMLResponse(body, status, PRIVATE)
    shown = flash.take(request)
    response = HTMLResponse(env.get_template(template).render({**full, "flash": shown}), status, PRIVATE)
    if shown is not None:
        flash.forget(response)
    return response


def go(request: Request, path: str, *, said: str | None = None, undo: str | None = None, **arguments: Any) -> Response:
    """After a change: on to another page, with a toast there (a catalog key) and its undo path."""
    response: Response
    if wants_fragment(request):
        response = Response(status_code=204, headers={"HX-Redirect": path, **PRIVATE})
    else:
        response = RedirectResponse(path, 303, PRIVATE)
    if said is not None:
        flash.put(response, said, undo, arguments)
    return response


def stay(request: Request, said: str, *, undo: str | None = None, close: bool = False, **arguments: Any) -> Response:
    """After a change by htmx that leaves the page as it is: a toast, lists refresh, a dialog closes."""
    toast: dict[str, Any] = {"text": speak(language_of(request))(said, **arguments)}
    if undo:
        toast["undo"] = undo
    # The dialog closes first: a toast said while it is open would go with it.
    events = {**({"closeModal": True} if close else {}), "toast": toast, "refresh": True}
    return Response(status_code=204, headers={"HX-Trigger": json.dumps(events, ensure_ascii=True), **PRIVATE})
