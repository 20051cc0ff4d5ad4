"""The draft of a quarter's disclosure: to be read, checked by a second person, and copied where it is published."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.language import words
from coord.oversight.drafts import CheckDraft, Draft, check_draft, disclosure_draft
from coord.oversight.drafts.checking import LANGUAGE
from coord.oversight.drafts.wording import digest_of_draft, sections_of, text_of_draft
from coord.releases import published_periods
from coord.work import begin
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import PRIVATE, go, language_of, render
from web.routes import heavy, signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/disclosures/draft"


async def page(request: Request) -> Response:
    """The newest published quarter, or the one that the address names."""
    return await _page(request, query_form(request), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    spoken = speak(language_of(request))
    actor_of(request).require("agreement.manage")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        quarters = [one for one in await published_periods(unit, scope.code) if "Q" in one]
        period = form.value("period") or (quarters[0] if quarters else "")
        draft = await disclosure_draft(unit, scope.code, period) if period else None
    tabs = [(one, None, address(_PATH, program=scope.code, period=one), one == period) for one in quarters]
    context: dict[str, Any] = {"scope": scope, "form": form, "draft": draft, "periods": tabs, "period": period}
    if draft is not None:
        context |= _shown(draft, scope.code, spoken)
    return render(request, "disclosures/draft.html", context, status=status)


def _shown(draft: Draft, code: str, spoken: Any) -> dict[str, Any]:
    digest = digest_of_draft(sections_of(draft, words(LANGUAGE)))
    held = [one for one in draft.checks if one.digest == digest]
    return {
        "sections": sections_of(draft, spoken),
        "digest": digest,
        "check": held[0] if held else None,
        "is_outdated": bool(draft.checks) and not held,
        "text": address(f"{_PATH}.txt", program=code, period=draft.report.period),
    }


async def check(request: Request) -> Response:
    """Put one's name to it."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            given = CheckDraft.parse(form.raw(CheckDraft))
            await check_draft(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, address(_PATH, program=given.program, period=given.period), said="draft.checked")


async def text(request: Request) -> Response:
    """The words alone, in the reader's language. Raises ``NotFound`` for a quarter that is not published."""
    spoken, form = speak(language_of(request)), query_form(request)
    if not form.value("period"):
        raise NotFound
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        draft = await disclosure_draft(unit, scope.code, form.value("period"))
    title = f"{draft.report.program.name} · {draft.report.period}"
    name = quote(f"{scope.code}-{draft.report.period}.txt", safe="")
    kept = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    said = text_of_draft(title, sections_of(draft, spoken))
    return Response(said, media_type="text/plain; charset=utf-8", headers={**PRIVATE, **kept})


ROUTES = [signed_in(_PATH, page), signed_in(_PATH, check, "POST"), heavy(f"{_PATH}.txt", text)]
