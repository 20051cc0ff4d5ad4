"""The quarterly review of who has access: which organizations are open, and one page for each of them."""

from collections.abc import Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.people.inputs import ReviewRoles
from coord.people.reviewing import present_quarter, review_roles, reviews, roles_to_review
from coord.work import begin
from web.administering import tabs
from web.desk import Options, id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_PATH = "/administration/review"
_ROLE = "role-"
KEEP, END = "keep", "end"


async def page(request: Request) -> Response:
    """The organizations with roles, and how many of these are open this quarter."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        places, quarter = await reviews(unit), present_quarter(unit)
    context = {"tabs": tabs(_PATH), "reviews": places, "quarter": quarter, "open": sum(place.open for place in places)}
    return render(request, "administration/reviews.html", context)


async def place_page(request: Request) -> Response:
    """Everybody with a role at one organization."""
    return await _place(request, Form())


async def _place(request: Request, form: Form, status: int = 200) -> Response:
    speak(language_of(request))
    place_id = _place_of(request)
    async with begin(actor_of(request), read_only=True) as unit:
        roles, quarter = await roles_to_review(unit, place_id), present_quarter(unit)
        place = next((one for one in await reviews(unit) if one.organization_id == place_id), None)
    if place is None:
        raise NotFound
    own = actor_of(request).user_id
    context = {
        "place": place,
        "quarter": quarter,
        "roles": [(role, f"{_ROLE}{role.membership_id}", _answers(is_own=role.user_id == own)) for role in roles],
        "form": form,
    }
    return render(request, "administration/review.html", context, status=status)


def _answers(*, is_own: bool) -> Options:
    """Nobody ends their own role: somebody must stay who can undo it."""
    return [(KEEP, t("review.keep")), *([] if is_own else [(END, t("people.end"))])]


def _place_of(request: Request) -> UUID:
    return id_of(request.path_params["organization"])


async def decide(request: Request) -> Response:
    """Confirm and end what was decided; the rest stays open."""
    form = await read_form(request)
    place_id = _place_of(request)
    try:
        given = ReviewRoles.parse({"keep": _decided(form, KEEP), "end": _decided(form, END)})
        async with begin(actor_of(request)) as unit:
            await review_roles(unit, place_id, given)
    except (Invalid, Conflict) as refusal:
        return await _place(request, form.refused(refusal), 422)
    return go(request, _PATH, said="review.saved", n=len(given.keep) + len(given.end))


def _decided(form: Form, answer: str) -> Sequence[str]:
    return [name.removeprefix(_ROLE) for name in form.fields if name.startswith(_ROLE) and form.has(name, answer)]


ROUTES = [
    signed_in(_PATH, page),
    signed_in(f"{_PATH}/{{organization}}", place_page),
    signed_in(f"{_PATH}/{{organization}}", decide, "POST"),
]
