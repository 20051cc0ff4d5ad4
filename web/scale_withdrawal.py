"""A scale that was entered by mistake: withdrawn with a reason, restored on the person's page."""

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.outcomes.reads import scores_of_client
from coord.outcomes.withdrawing import WithdrawScale, restore_scale, withdraw_scale
from coord.work import begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


async def page(request: Request) -> Response:
    """Which result, and why it is withdrawn."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor = actor_of(request)
    actor.require("score.record")
    client, result = id_of(request.path_params["client"]), id_of(request.path_params["result"])
    async with begin(actor) as unit:
        card = (await cards(unit, [client])).get(client)
        row = next((one for one in await scores_of_client(unit, client) if one.id == result), None)
        if card is None or row is None:
            raise NotFound
        context = {"card": card, "row": row, "form": form}
        return render(request, "scales/withdraw.html", context, status=status)


async def withdraw(request: Request) -> Response:
    """Withdraw it; one tap restores it."""
    form, result = await read_form(request), id_of(request.path_params["result"])
    try:
        async with begin(actor_of(request)) as unit:
            given = WithdrawScale.parse({"result": result, "reason": form.value("reason")})
            client = await withdraw_scale(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/clients/{client}#scales", said="scale.withdrawn", undo=f"/scale-results/{result}/restore")


async def restore(request: Request) -> Response:
    """Let it count again. Raises ``Conflict`` when it is not withdrawn."""
    async with begin(actor_of(request)) as unit:
        client = await restore_scale(unit, id_of(request.path_params["result"]))
    return go(request, f"/clients/{client}#scales", said="scale.restored")


ROUTES = [
    signed_in("/clients/{client}/scale-results/{result}/withdraw", page),
    signed_in("/clients/{client}/scale-results/{result}/withdraw", withdraw, "POST"),
    signed_in("/scale-results/{result}/restore", restore, "POST"),
]
