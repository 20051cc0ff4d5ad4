"""The scales of one person: a chart of each scale with bands, and every result as a row."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from coord.outcomes.codes import ScaleCode, ScoreStatus
from coord.outcomes.reads import scores_of_client
from coord.outcomes.rules import is_remission, is_response
from coord.outcomes.scales import SCALES, Scale
from coord.outcomes.withdrawing import withdrawal_reasons
from coord.work import Unit
from web.charts.trajectory import BandArea, Point, trajectory
from web.words import day, t

_DRAWN = frozenset({ScoreStatus.COMPLETE, ScoreStatus.WITHDRAWN})


async def history(unit: Unit, client: UUID) -> Mapping[str, Any]:
    """What the person's page shows of scales; nothing for those who may not read them."""
    if not unit.actor.may("score.list"):
        return {"scores": [], "score_charts": [], "scales": [], "reasons": {}}
    rows = await scores_of_client(unit, client)
    charts = [chart for code in SCALES if (chart := _chart(SCALES[code], rows)) is not None]
    withdrawn = [row.id for row in rows if row.status is ScoreStatus.WITHDRAWN]
    return {
        "scores": list(reversed(rows)),
        "score_charts": charts,
        "scales": list(ScaleCode),
        "reasons": await withdrawal_reasons(unit, client, withdrawn),
    }


def _bands(scale: Scale) -> Sequence[BandArea]:
    tops = [lowest - scale.factor for lowest, _ in scale.bands[1:]] + [scale.most]
    return [BandArea(low, top, t(f"band.{band}")) for (low, band), top in zip(scale.bands, tops, strict=True)]


def _chart(scale: Scale, rows: Sequence[Any]) -> Mapping[str, Any] | None:
    """The chart of a scale that has bands and at least one score; withdrawn ones are crossed out."""
    shown = [row for row in rows if row.scale == scale.code and row.score is not None and row.status in _DRAWN]
    taken = [row for row in shown if row.status is ScoreStatus.COMPLETE]
    if not shown or not scale.bands:
        return None
    name = t("scale.chart", scale=t(f"scale.{scale.code}"))
    points = [_point(row) for row in shown]
    bands = _bands(scale)
    if scale.higher_is_better:
        bands = list(reversed(bands))
    return {"name": name, "drawn": trajectory(name, scale.most, bands, points), "tags": _tags(scale, taken)}


def _point(row: Any) -> Point:
    said, is_withdrawn = f"{day(row.taken_on)} · {row.score}", row.status is ScoreStatus.WITHDRAWN
    named = t("scale.withdrawn_point", what=said) if is_withdrawn else said
    return Point(row.taken_on, row.score, named, day(row.taken_on, short=True), is_withdrawn=is_withdrawn)


def _tags(scale: Scale, taken: Sequence[Any]) -> Sequence[tuple[str, str]]:
    """How the last PHQ-9 compares with the first; words for care, not a verdict."""
    if scale.code is not ScaleCode.PHQ9 or len(taken) < 2:  # noqa: PLR2004  a first and a last
        return []
    first, last = taken[0].score, taken[-1].score
    found = [("ok", t("scale.response"))] if is_response(first, last) else []
    return [*found, ("ok", t("scale.remission"))] if is_remission(last) else found
