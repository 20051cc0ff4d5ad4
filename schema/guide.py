"""The page for those who ask by program: files of saved queries, limits, what changed, and what notice they get."""

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from coord.kernel.errors import Unauthenticated, Unavailable
from coord.language import words
from schema.budget import POINTS_PER_MINUTE
from schema.changes import CHANGES, MONTHS_OF_NOTICE, deprecated
from schema.context import actor_of
from schema.limits import MAX_ALIASES, MAX_COST, MAX_DEPTH
from schema.requests import language_of
from schema.saved_files import ENDINGS, served
from schema.trusted import saved_queries, slug_of

_LINE = {"zh-CN": 0, "en": 1, "ko": 2}


@functools.cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


async def _language(request: Request) -> str:
    try:
        return (await actor_of(request)).language
    except (Unauthenticated, Unavailable):
        return language_of(request)


def _said(text: str, language: str) -> str:
    """What a saved query gives, as its first three lines say it."""
    return text.splitlines()[_LINE[language]].removeprefix("# ")


async def guide(request: Request) -> Response:
    """The page, for everybody: it shows nothing of the database."""
    language = await _language(request)
    queries = [
        (name, slug_of(name), _said(text, language))
        for name, text in saved_queries().items()
        if slug_of(name) in served()
    ]
    body = _environment().get_template("guide.html").render(
        language=language, t=words(language), queries=queries, endings=ENDINGS, changes=CHANGES, deprecated=deprecated(),
        points=f"{POINTS_PER_MINUTE:,}", cost=f"{MAX_COST:,}", depth=MAX_DEPTH, aliases=MAX_ALIASES, months=MONTHS_OF_NOTICE,
    )  # fmt: skip
    return HTMLResponse(body, headers={"Cache-Control": "no-store", "Vary": "Cookie, Authorization, Accept-Language"})
