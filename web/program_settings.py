"""The numbers that a program sets for itself: what holds today, and a change from a day on."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.programs import Setting
from coord.programs.setting_values import SetValue, set_value, setting_cards
from coord.work import begin
from web.desk import options
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_PATH = "/settings"
_GROUPS = ("program", "terms", "sooner")
_OF_RECORDS = frozenset(list(Setting)[: list(Setting).index(Setting.ACKNOWLEDGE_DAYS)])


async def page(request: Request) -> Response:
    """Every setting as it holds today."""
    return await _page(request, query_form(request), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("program.set")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        cards = await setting_cards(unit, scope.program["id"], scope.today)
    shown = form if form.is_wrong else form.but(valid_from=scope.today.isoformat(), setting=form.value("setting"))
    context: dict[str, Any] = {
        "scope": scope,
        "groups": [(name, [card for card in cards if _group(card.setting) == name]) for name in _GROUPS],
        "form": shown,
        "choices": [
            (t(f"settings.group_{name}"), options("program_setting", [s for s in Setting if _group(s) == name]))
            for name in _GROUPS
        ],
    }
    return render(request, "settings/page.html", context, status=status)


def _group(setting: Setting) -> str:
    """Under which heading a setting stands."""
    if setting.startswith(("URGENT_", "EMERGENCY_")):
        return "sooner"
    return "program" if setting in _OF_RECORDS else "terms"


async def change(request: Request) -> Response:
    """Give one setting another value from a day on."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            scope = await scope_of(unit, form)
            said = {name: form.value(name) for name in ("setting", "value", "valid_from")}
            await set_value(unit, SetValue.parse({**said, "program": scope.program["id"]}))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, address(_PATH, program=scope.code), said="settings.saved")


ROUTES = [signed_in(_PATH, page), signed_in(_PATH, change, "POST")]
