"""What the law wants published: what is due, and saying that it was published."""

from starlette.requests import Request
from starlette.responses import Response

from coord.agreements import record_disclosure
from coord.agreements.disclosing import Of, disclosures_due
from coord.agreements.inputs import RecordDisclosure
from coord.kernel.errors import Conflict, Invalid
from coord.work import begin
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/disclosures"


async def page(request: Request) -> Response:
    """What is due, the most pressing first."""
    return await _page(request, query_form(request), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("agreement.manage")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        row = scope.program
        due = await disclosures_due(unit, Of(row["id"], row["name"], row["starts_on"], row["ends_on"]), scope.today)
    context = {"scope": scope, "form": form, "due": due}
    return render(request, "disclosures/page.html", context, status=status)


async def record(request: Request) -> Response:
    """It was published: where, and when."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            await record_disclosure(unit, RecordDisclosure.parse(form.raw(RecordDisclosure)))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, address(_PATH, program=form.value("program")), said="disclosure.recorded")


ROUTES = [signed_in(_PATH, page), signed_in(_PATH, record, "POST")]
