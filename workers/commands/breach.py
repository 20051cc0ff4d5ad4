"""``coord who-saw``."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from coord.identity.reads import HOME_ZONE
from coord.organizations import organization_by_code
from coord.rights.breach import WITNESS, WhoSaw, seen
from coord.work import begin
from workers.commands.common import OPERATOR, need_current_schema, run, say, spoken

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


def _there(moment: datetime) -> str:
    return moment.replace(tzinfo=ZoneInfo(HOME_ZONE)).isoformat()


@click.command(
    "who-saw",
    epilog="\b\nExample:\n  coord who-saw --hospital H001 --from 2026-09-01 --to 2026-09-02 --client C-00012\n",
)
@click.option("--hospital", required=True, help="The hospital's code.")
@click.option("--from", "began_at", type=_DAY, required=True, help="A day, or a moment such as 2026-09-01T08:30.")
@click.option("--to", "ended_at", type=_DAY, required=True, help="The same.")
@click.option("--client", "codes", multiple=True, help="A client's code; without it all clients of the hospital.")
def who_saw(hospital: str, began_at: datetime, ended_at: datetime, codes: tuple[str, ...]) -> None:
    """Print who saw clients of a hospital between two moments: by person and kind of look, those who saw most first."""
    need_current_schema()
    began = time.monotonic()

    async def work() -> None:
        async with begin(OPERATOR, read_only=True) as unit:
            found = (await organization_by_code(unit, hospital))["id"]
        raw = {"hospital": found, "began_at": _there(began_at), "ended_at": _there(ended_at), "codes": " ".join(codes)}
        async with begin(WITNESS, read_only=True) as unit:
            for one in await seen(unit, WhoSaw.parse(raw)):
                who = one.who or spoken()("breach.system")
                click.echo("\t".join(map(str, (who, one.verb, one.clients, one.times, one.first_at, one.last_at))))
        say("command.who_saw.done", seconds=f"{time.monotonic() - began:.1f}")

    run(work)
