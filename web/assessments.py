"""The register of impact assessments: what was assessed, what is due, adding one, looking at somebody else's."""

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.rights.assessments import (
    AddAssessment,
    AssessedActivity,
    AssessedRisk,
    add_assessment,
    assessments,
    review_assessment,
)
from coord.work import begin
from web.desk import id_of, options
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/assessments"


async def page(request: Request) -> Response:
    """Everything in the register, what is due first."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        found = await assessments(unit)
    context = {
        "found": found,
        "form": form,
        "activities": options("assessed_activity", AssessedActivity),
        "risks": options("assessed_risk", AssessedRisk),
    }
    return render(request, "rights/assessments.html", context, status=status)


async def add(request: Request) -> Response:
    """Put one into the register."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            said = {name: value for name, value in form.raw(AddAssessment).items() if value}
            await add_assessment(unit, AddAssessment.parse(said))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, _PATH, said="assessment.added")


async def review(request: Request) -> Response:
    """A second person says that it holds."""
    try:
        async with begin(actor_of(request)) as unit:
            await review_assessment(unit, id_of(request.path_params["assessment"]))
    except (Invalid, Conflict) as refusal:
        return await _page(request, Form().refused(refusal), 422)
    return go(request, _PATH, said="assessment.reviewed")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(_PATH, add, "POST"),
    signed_in(f"{_PATH}/{{assessment}}/review", review, "POST"),
]
