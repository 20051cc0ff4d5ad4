"""A person's copy as a file: JSON for machines, a page to read and print for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import anyio.to_thread
import orjson
from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.rights import Copy, PartOfCopy, document, export_subject
from coord.work import begin
from web.desk import id_of
from web.page import PRIVATE, environment, language_of
from web.routes import heavy
from web.session import actor_of
from web.words import HOME_ZONE, clock, day, has, speak, t

_TYPES = {"json": "application/json", "html": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Said:
    """A label with what stands beside it: words, or a file to save (``data`` is its address)."""

    label: str
    text: str
    data: str = ""


async def download(request: Request) -> Response:
    """Everything about the person, to be handed to them. Raises ``NotFound`` for an ending that we do not write."""
    ending = request.path_params["ending"]
    if ending not in _TYPES:
        raise NotFound
    async with begin(actor_of(request)) as unit:
        copy = await export_subject(unit, id_of(request.path_params["client"]))
    language = language_of(request)
    content = await anyio.to_thread.run_sync(_json if ending == "json" else lambda made: _page(made, language), copy)
    kept = {"Content-Disposition": f'attachment; filename="copy.{ending}"'}
    return Response(content, media_type=_TYPES[ending], headers={**PRIVATE, **kept})


def _json(copy: Copy) -> bytes:
    return orjson.dumps(document(copy), option=orjson.OPT_INDENT_2)


def _page(copy: Copy, language: str) -> str:
    speak(language)
    parts = [(t(f"held.{part.table}"), [list(_line(part, line)) for line in part.lines]) for part in copy.parts]
    template = environment().get_template("rights/copy.html")
    return template.render(copy=copy, parts=parts, language=language)


def _line(part: PartOfCopy, line: Mapping[str, Any]) -> Iterator[Said]:
    for column, value in line.items():
        if isinstance(value, dict):
            yield from _inside(column, value, line)
        elif value not in (None, "", []):
            yield Said(t(f"held_in.{column}"), _words(part.words.get(column, ()), value))


def _inside(column: str, value: Mapping[str, Any], line: Mapping[str, Any]) -> Iterator[Said]:
    """A mapping of fields to words, or a file."""
    if "base64" in value:
        kind = str(line.get("kind", ""))
        yield Said(t(f"held_in.{column}"), kind, f"data:application/octet-stream;base64,{value['base64']}")
        return
    for name, said in value.items():
        yield Said(_label(name), str(said))


def _label(name: str) -> str:
    """The word for a field of a form, or of a packet; its own name where there is none."""
    known = (f"case_field.{name}", f"case_field.goal_{name}", f"data_category.{name}", f"held_in.{name}")
    return next((t(key) for key in known if has(key)), name)


def _words(beginnings: Sequence[str], value: Any) -> str:
    if isinstance(value, list):
        return t("foundation.list").join(_words(beginnings, one) for one in value)
    if isinstance(value, bool):
        return t("rights.yes" if value else "rights.no")
    if isinstance(value, datetime):
        return f"{day(local_date(value, HOME_ZONE))} {clock(value)}"
    if isinstance(value, date):
        return day(value)
    return next((t(key) for begin in beginnings if has(key := f"{begin}.{value}")), str(value))


ROUTES: Sequence[Any] = [heavy("/clients/{client}/copy.{ending}", download)]
