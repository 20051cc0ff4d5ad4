"""Being asked again who one is, before something that would let others in for good."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.identity.factor import Confirm, confirm, confirmation_of
from coord.kernel.errors import Invalid
from web import session
from web.forms import Form, read_form
from web.keeping import is_own_path, keep, keep_path, kept
from web.page import PRIVATE, go, render, wants_fragment
from web.routes import public

PATH = "/confirm"


def _onward(path: str) -> str:
    """Where to go afterwards; one's own account unless the path is ours."""
    return path if is_own_path(path) and not path.startswith(PATH) else "/me/security"


async def page(request: Request) -> Response:
    """The password, and the code of those who have a second factor. Raises ``Unauthenticated`` for visitors."""
    return await asked(request, Form.of(next=request.query_params.get("next", "")))


async def asked(request: Request, form: Form, status: int = 200) -> Response:
    """The page, with what was wrong on it."""
    await session.missing_of(request)  # for the language of who is signed in halfway
    wanted = await confirmation_of(session.secret_of(request))
    context = {
        "form": form,
        "wants_code": wanted.wants_code,
        "has_passkeys": wanted.has_passkeys,
        "next": _onward(form.value("next")),
        "kept": form.value("kept"),
    }
    return render(request, "sign_in/confirm.html", context, status=status)


async def submit(request: Request) -> Response:
    """Check both; on to the page that was wanted, or to the form that was interrupted."""
    form = await read_form(request)
    try:
        secret = await confirm(session.secret_of(request), Confirm.parse(form.raw(Confirm)))
    except Invalid as refusal:
        return await asked(request, form.refused(refusal), 422)
    return carry_on(request, form, secret)


def carry_on(request: Request, form: Form, secret: str) -> Response:
    """After the proof, with the session's new value."""
    response: Response
    if form.value("kept"):
        response = render(request, "sign_in/carry_on.html", {"kept": kept(form.value("kept"))})
    else:
        response = RedirectResponse(_onward(form.value("next")), 303, PRIVATE)
    session.start(response, secret)
    return response


async def ask(request: Request, _: Exception) -> Response:
    """The answer to what needs a fresh proof: a page leads there and back, a posted form is carried through."""
    if wants_fragment(request) or request.method in {"GET", "HEAD"}:
        return go(request, f"{PATH}?{keep_path(request)}")
    carried = keep(request.url.path, (await read_form(request)).fields)
    return await asked(request, Form.of(kept=carried), 401)


ROUTES = [public(PATH, page), public(PATH, submit, "POST")]
