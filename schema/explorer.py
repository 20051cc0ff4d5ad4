"""GraphiQL from our own files, opened with the saved queries."""

import functools
import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from coord.kernel.errors import Unauthenticated, Unavailable
from coord.language import words
from schema.context import actor_of
from schema.trusted import saved_queries

_HERE = Path(__file__).parent
# The common policy of all pages plus `font-src`: the editor carries its icons as a font in its style sheet.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; manifest-src 'self'; "
    "object-src 'none'; font-src 'self' data:"
)
_TEXTS = {
    "title": "explorer.title",
    "intro": "explorer.intro",
    "links": "explorer.links",
    "home": "explorer.home",
    "file": "explorer.schema_file",
    "guide": "explorer.guide",
    "needs_script": "explorer.needs_script",
}


@functools.cache
def _template() -> Template:
    return Template((_HERE / "explorer.html").read_text(encoding="utf-8"))


def _opened_with(asked: Mapping[str, str]) -> str:
    """The queries as the page takes them, in front the saved one that a link names or the text that it brings."""
    first, own = asked.get("saved"), asked.get("open", "").strip()
    ordered = sorted(saved_queries().items(), key=lambda item: item[0] != first)
    return json.dumps([*([own] if own else []), *(query for _, query in ordered)], ensure_ascii=False)


async def _language(request: Request, otherwise: str) -> tuple[str, bool]:
    try:
        return (await actor_of(request)).language, True
    except (Unauthenticated, Unavailable):
        return otherwise, False


async def page(request: Request, visitor: str) -> Response:
    """The page. It shows nothing of the database, so it opens for everybody; asking needs a sign-in."""
    language, is_known = await _language(request, visitor)
    spoken = words(language)
    texts = {name: html.escape(spoken(key)) for name, key in _TEXTS.items()}
    link = f'<a href="/sign-in?next=/graphql">{html.escape(spoken("explorer.sign_in"))}</a>'
    notice = "" if is_known else f'<p class="explorer-notice" role="status">{link}</p>'
    body = _template().substitute(
        texts,
        language=language,
        notice=notice,
        queries=html.escape(_opened_with(request.query_params)),
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Vary": "Accept, Cookie"}
    return HTMLResponse(body, headers=headers)
