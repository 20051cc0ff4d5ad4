"""The live endpoint, asked by the sponsor's own token; what one look at the published file shows; the truth."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import orjson

from coord.measures import Dimension, MeasureQuery, measure_table
from coord.releases.codes import COUNTS
from coord.releases.exporting import report_json
from coord.releases.public import public_report
from coord.work import begin
from schema.budget import Budget
from schema.ids import global_id
from tests.disclosure.attack import FIGURES, Ask, Target, hits, recovered
from tests.disclosure.control import Control
from tests.disclosure.world import HOSPITALS, PROVINCES
from tests.schema.api import asking_as
from tests.world import PROGRAM, cast

_NAMES = {"referralsClosedLoop": "referrals_closed_loop", "referralsAccepted": "referrals_accepted",
          "referralsSent": "referrals_sent"}  # fmt: skip
_TRIES = 20
TARGETS: Sequence[Target] = [
    Target(global_id("Organization", one), f"H{101 + n}", PROVINCES[n % len(PROVINCES)])
    for n, one in enumerate(HOSPITALS)
]


@asynccontextmanager
async def sponsor() -> AsyncIterator[Ask]:
    """The door as Fatima of the sponsor asks it; her budget is large enough for an attack of days."""
    async with asking_as(cast.fatima, Budget(10**12)) as api:

        async def ask(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
            # A busy machine ends no attack: an operation that took too long says nothing and is asked again.
            answer = await api.ask(document, **variables)
            for _ in range(_TRIES):
                if not any(error["extensions"]["code"] == "TIMEOUT" for error in answer.get("errors", ())):
                    break
                answer = await api.ask(document, **variables)
            assert "errors" not in answer, answer["errors"]
            found: Mapping[str, Any] = answer["data"]
            return found

        yield ask


async def truth() -> Mapping[str, Sequence[int]]:
    """What an officer reads: each figure of the quarter by hospital, exactly."""
    query = MeasureQuery.parse(
        {"program": PROGRAM, "from_day": "2026-07-01", "to_day": "2026-09-30", "group_by": [Dimension.HOSPITAL]}
    )
    async with begin(cast.ola, read_only=True) as unit:
        table = await measure_table(unit, query, tuple(_NAMES.values()))
    found = {row.key[0].key: row.figures for row in table.rows}
    codes = [target.code for target in TARGETS]
    return {name: [found[code][measure] if code in found else 0 for code in codes] for name, measure in _NAMES.items()}


async def one_look() -> Mapping[str, Sequence[int]]:
    """The protected counts by hospital, as everybody may read them in the published file."""
    told = orjson.loads(report_json((await public_report(PROGRAM, "2026Q3", (Dimension.HOSPITAL,))).report))
    cells = told["releases"][0]["cells"]["REFERRALS"]
    return {name: [_sum(cells, one, COUNTS[figure].classes) for one in HOSPITALS] for name, figure in _NAMES.items()}


def _sum(cells: Mapping[str, int], hospital: UUID, classes: Sequence[str]) -> int:
    return sum(cells.get(f"{hospital}/{name}", 0) for name in classes)


async def rates(slices: int, control_slices: int) -> Mapping[str, tuple[float, float, float]]:
    """For each figure the share of hospitals that is found: by one look, by the attack, by the attack on the control."""
    true, look = await truth(), await one_look()
    async with sponsor() as ask:
        attacked = await recovered(ask, TARGETS, slices)
    broken = await recovered(Control(TARGETS, true).ask, TARGETS, control_slices)
    return {
        name: (hits(look[name], true[name]), hits(attacked[name], true[name]), hits(broken[name], true[name]))
        for name in FIGURES
    }
