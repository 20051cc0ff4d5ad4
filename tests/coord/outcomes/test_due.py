"""What is due: a first scale, the next one, a review in weeks 8 to 12, a second contact within four weeks."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from coord.outcomes.codes import Due
from coord.outcomes.due import Facts, due_of
from coord.outcomes.reads import scales_due
from coord.programs import Setting
from coord.programs.setting_rules import DEFAULTS
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log
from tests.coord.outcomes.recording import record, scale
from tests.world import LIN, NORTH, STARTS, cast

pytestmark = pytest.mark.anyio
OPENED = date(2026, 1, 5)
WEEK = timedelta(weeks=1)


def _due(
    today: date,
    scores: list[tuple[int, int]] | None = None,
    contacts: list[int] | None = None,
    terms: Mapping[Setting, int] | None = None,
) -> set[str]:
    """What is due on a day; scores and contacts by the week after the case was opened."""
    taken = [(OPENED + week * WEEK, score) for week, score in scores or []]
    met = [OPENED + week * WEEK for week in (contacts if contacts is not None else [0, 1])]
    return {why.value for why, _ in due_of(Facts(OPENED, taken, met, lambda _: terms or DEFAULTS), today)}


@pytest.mark.parametrize(
    ("week", "scores", "due"),
    [
        (0, [], {"FIRST_SCALE"}),
        (3, [(0, 8)], set()),
        (4, [(0, 8)], {"SCALE_AGAIN"}),
        (2, [(0, 10)], {"SCALE_AGAIN"}),
        (8, [(0, 20), (7, 11)], {"NON_RESPONSE"}),
        (8, [(0, 20), (7, 10)], set()),
        (12, [(0, 20), (11, 15)], {"NON_RESPONSE"}),
        (13, [(0, 20), (12, 15)], set()),
        (7, [(0, 20), (6, 15)], set()),
        (8, [(0, 9), (7, 9)], set()),
    ],
)
def test_scales(week: int, scores: list[tuple[int, int]], due: set[str]) -> None:
    assert _due(OPENED + week * WEEK, scores) == due


@pytest.mark.parametrize(
    ("days", "contacts", "due"), [(20, [0], False), (21, [0], True), (21, [0, 2], False), (60, [], False)]
)
def test_the_second_contact(days: int, contacts: list[int], *, due: bool) -> None:
    found = _due(OPENED + timedelta(days=days), [(2, 8)], contacts)
    assert ("FOUR_WEEK_CONTACT" in found) is due


async def test_the_list_of_a_hospital_names_open_cases_and_their_reasons(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        (first,) = await scales_due(unit, NORTH)
    assert (first.client_id, first.why, first.on, first.last_score) == (LIN, Due.FIRST_SCALE, STARTS, None)
    await record(scale(taken_on="2026-03-01"))
    await log(contact(occurred_on="2026-03-01"))
    async with begin(cast.sam, read_only=True) as unit:
        found = await scales_due(unit, NORTH)
    assert [(due.why, due.on, due.last_score) for due in found] == [
        (Due.FOUR_WEEK_CONTACT, date(2026, 3, 29), 8),
        (Due.SCALE_AGAIN, date(2026, 3, 29), 8),
    ]
    async with begin(cast.nia, read_only=True) as unit:
        assert await scales_due(unit, NORTH) == []


def test_a_programs_own_terms_move_the_second_contact_and_the_review() -> None:
    sooner = {**DEFAULTS, Setting.NEXT_CONTACT_DAYS: 14, Setting.RESPONSE_REVIEW_WEEKS: 6}
    assert _due(OPENED + 6 * WEEK, [(0, 20), (5, 15)]) == set()
    assert _due(OPENED + 6 * WEEK, [(0, 20), (5, 15)], terms=sooner) == {"NON_RESPONSE"}
    assert _due(OPENED + WEEK, [(0, 8)], [0]) == set()
    assert _due(OPENED + WEEK, [(0, 8)], [0], terms=sooner) == {"FOUR_WEEK_CONTACT"}
