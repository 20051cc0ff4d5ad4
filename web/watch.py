"""The watch page: alerts that nobody has taken on, and what coord itself failed to send."""

from starlette.requests import Request
from starlette.responses import Response

from coord.outcomes import alerts_on_page
from coord.outcomes.alert_reads import by_ids
from coord.outcomes.chain import CHAIN
from coord.outcomes.watching import health, levels_without_anybody
from coord.work import begin
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


async def page(request: Request) -> Response:
    """Everything that needs a person, in one place."""
    speak(language_of(request))
    actor = actor_of(request)
    actor.require("alert.watch")
    async with begin(actor, read_only=True) as unit:
        empty = await levels_without_anybody(unit)
        rows = await alerts_on_page(unit) if actor.may("alert.list") else []
        about = await by_ids(unit, [step.alert_id for step in empty])
    context = {
        "health": await health(),
        "untaken": [row for row in rows if row["taken_at"] is None],
        "empty": empty,
        "about": about,
        "chain": CHAIN,
    }
    return render(request, "alerts/watch.html", context)


ROUTES = [signed_in("/alerts/watch", page)]
