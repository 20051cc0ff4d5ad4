"""Scales of people in care: a first PHQ-9 and GAD-7, then again every few weeks, mostly for the better."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from coord.cases.tables import CaseFile
from coord.demo.caseload import early
from coord.demo.chance import often, repeatable
from coord.demo.harvest import Harvest, ordered_id
from coord.outcomes.scales import GAD7, PHQ9, Scale
from coord.outcomes.scoring import scored
from coord.outcomes.tables import ScaleAnswers, ScaleScore

_WEEKS = (3, 4, 4, 5, 8)
_FOLLOWED = (135, 225)
_SAFE = 8
"""The first eight items: nobody of the demo has answered the ninth."""


def fill_scales(harvest: Harvest, today: date) -> None:
    """The scales of every case of a hospital, from its first day to its last or to today, and one half a year later."""
    for case in harvest.rows[CaseFile]:
        _fill(harvest, case, case["closed_on"] or today)
        _follow_up(harvest, case, today)


def _fill(harvest: Harvest, case: Mapping[str, Any], last_day: date) -> None:
    rng = repeatable("scales", case["client_id"])
    if not often(rng, 85):
        return
    level, day = rng.randint(8, 20), case["opened_on"] + timedelta(days=rng.randint(0, 6))
    while day <= last_day:
        for scale, total in ((PHQ9, level), (GAD7, max(0, level - rng.randint(1, 5)))):
            _take(harvest, case, scale, total, (day, rng))
        level = max(0, level + rng.choice((-5, -4, -3, -2, -1, 0, 2)))
        day += timedelta(weeks=rng.choice(_WEEKS))


def _follow_up(harvest: Harvest, case: Mapping[str, Any], today: date) -> None:
    """Three of five people are asked again between the fifth and the eighth month."""
    rng = repeatable("followed", case["client_id"])
    day = case["opened_on"] + timedelta(days=rng.randint(*_FOLLOWED))
    if often(rng, 60) and day <= today:
        level = rng.choice((2, 3, 4, 5, 6, 8, 9, 11, 14))
        for scale in (PHQ9, GAD7):
            _take(harvest, case, scale, level, (day, rng))


def _take(harvest: Harvest, case: Mapping[str, Any], scale: Scale, total: int, at: tuple[date, random.Random]) -> None:
    day, rng = at
    places = min(scale.items, _SAFE)
    items = _spread(rng.sample(range(places), places), min(total, 3 * places), scale)
    found, key = scored(scale, items), ordered_id(early(day), rng)
    harvest.add(
        ScaleScore, id=key, program_id=case["program_id"], hospital_id=case["hospital_id"],
        client_id=case["client_id"], case_id=case["id"], scale=scale.code, version=scale.version, taken_on=day,
        score=found.score, status=found.status, band=found.band, recorded_at=early(day),
    )  # fmt: skip
    harvest.add(ScaleAnswers, id=key, hospital_id=case["hospital_id"], items=items)


def _spread(order: list[int], total: int, scale: Scale) -> list[int]:
    """Answers with a sum, spread over the items in some order."""
    items = [0] * scale.items
    for turn in range(total):
        items[order[turn % len(order)]] += 1
    return items
