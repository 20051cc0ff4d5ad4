"""Scores: range, missing items, bands, the screener's flow. Vectors of the published instruments."""

import pytest

from coord.outcomes.codes import Band, ScaleCode, ScoreStatus
from coord.outcomes.scales import CSSRS, GAD7, PHQ9, SCALES, SSQ14, WHO5, Scale
from coord.outcomes.scoring import check_items, depressive_syndrome, scored, triage


def _filled(scale: Scale, total: int) -> list[int | None]:
    """Answers with a given sum."""
    items: list[int | None] = []
    for _ in range(scale.items):
        items.append(min(scale.highest, total))
        total -= min(scale.highest, total)
    return items


EDGES = [
    (PHQ9, {0: "MINIMAL", 4: "MINIMAL", 5: "MILD", 9: "MILD", 10: "MODERATE", 14: "MODERATE", 15: "MODERATELY_SEVERE",
            19: "MODERATELY_SEVERE", 20: "SEVERE", 27: "SEVERE"}),
    (GAD7, {0: "MINIMAL", 4: "MINIMAL", 5: "MILD", 9: "MILD", 10: "MODERATE", 14: "MODERATE", 15: "SEVERE", 21: "SEVERE"}),
    (WHO5, {0: "SCREEN_POSITIVE", 12: "SCREEN_POSITIVE", 13: "SCREEN_NEGATIVE", 25: "SCREEN_NEGATIVE"}),
    (SSQ14, {0: "SCREEN_NEGATIVE", 8: "SCREEN_NEGATIVE", 9: "SCREEN_POSITIVE", 14: "SCREEN_POSITIVE"}),
]  # fmt: skip


@pytest.mark.parametrize(("scale", "edges"), EDGES, ids=[scale.code for scale, _ in EDGES])
def test_every_edge_of_every_band(scale: Scale, edges: dict[int, str]) -> None:
    assert {total: str(scored(scale, _filled(scale, total)).band) for total in edges} == edges


@pytest.mark.parametrize(("raw", "score"), [(0, 0), (12, 48), (13, 52), (25, 100)])
def test_the_who_5_score_is_four_times_the_sum(raw: int, score: int) -> None:
    assert scored(WHO5, _filled(WHO5, raw)).score == score


@pytest.mark.parametrize(
    ("items", "score", "band"),
    [([1, 1, 1, 1, 1, 1, 1, 1, 0], 8, Band.MILD), ([0, 0, 0, 0, 0, 0, 0, 0, 1], 1, Band.MINIMAL)],
)
def test_worked_examples(items: list[int | None], score: int, band: Band) -> None:
    found = scored(PHQ9, items)
    assert (found.score, found.band, found.status, found.prorated) == (score, band, ScoreStatus.COMPLETE, False)


@pytest.mark.parametrize("code", sorted(set(ScaleCode) - {ScaleCode.CSSRS}))
def test_one_missing_item_leaves_no_score(code: ScaleCode) -> None:
    scale = SCALES[code]
    found = scored(scale, [None, *([scale.highest] * (scale.items - 1))])
    assert (found.score, found.band, found.status) == (None, None, ScoreStatus.INCOMPLETE)


@pytest.mark.parametrize("items", [[4, *[0] * 8], [-1, *[0] * 8]])
def test_an_item_out_of_range_is_refused_not_clipped(items: list[int | None]) -> None:
    assert [(p.field, p.code) for p in check_items(PHQ9, items)] == [("item_1", "ITEM_OUT_OF_RANGE")]


def test_a_wrong_number_of_items_is_refused() -> None:
    assert [p.code for p in check_items(GAD7, [0] * 8)] == ["WRONG_NUMBER_OF_ITEMS"]


def test_only_the_last_item_of_the_screener_says_how_long_ago() -> None:
    assert check_items(CSSRS, [0, 0, 0, 0, 0, 2]) == []
    assert [p.field for p in check_items(CSSRS, [0, 2, 0, 0, 0, 0])] == ["item_2"]


SCREENS = [
    ([0, 0, None, None, None, 0], Band.TRIAGE_NONE, True),
    ([1, 0, None, None, None, 0], Band.TRIAGE_LOW, True),
    ([0, 1, 0, 0, 0, 0], Band.TRIAGE_LOW, True),
    ([1, 1, 1, 0, 0, 0], Band.TRIAGE_MODERATE, True),
    ([0, 0, None, None, None, 1], Band.TRIAGE_MODERATE, True),
    ([1, 1, 0, 1, 0, 0], Band.TRIAGE_HIGH, True),
    ([1, 1, 0, 0, 1, 0], Band.TRIAGE_HIGH, True),
    ([0, 0, None, None, None, 2], Band.TRIAGE_HIGH, True),
    ([1, 1, None, 1, None, None], Band.TRIAGE_HIGH, False),
    ([1, 1, 1, None, None, None], Band.TRIAGE_MODERATE, False),
]


@pytest.mark.parametrize(("items", "level", "complete"), SCREENS)
def test_the_screener_triages_and_says_whether_it_was_finished(
    items: list[int | None], level: Band, *, complete: bool
) -> None:
    found = scored(CSSRS, items)
    assert (triage(items), found.status is ScoreStatus.COMPLETE) == (level, complete)
    # What is unfinished could still rise: only the highest level is said.
    assert found.band == (level if complete or level is Band.TRIAGE_HIGH else None)


@pytest.mark.parametrize(
    ("items", "syndrome"),
    [
        ([2, 2, 2, 2, 2, 0, 0, 0, 0], "MAJOR"),
        ([2, 2, 2, 2, 0, 0, 0, 0, 1], "MAJOR"),
        ([2, 2, 0, 0, 0, 0, 0, 0, 0], "OTHER"),
        ([2, 0, 0, 0, 0, 0, 0, 0, 0], None),
        ([1, 1, 3, 3, 3, 3, 3, 3, 3], None),
        ([2, 2, 2, 2, 2, 2, 2, 2, None], None),
    ],
)
def test_the_diagnostic_algorithm_needs_a_core_item(items: list[int | None], syndrome: str | None) -> None:
    assert depressive_syndrome(items) == syndrome


def test_bands_partition_every_score() -> None:
    for scale in SCALES.values():
        if scale.bands:
            scores = range(0, scale.most + 1, scale.factor)
            assert all(scored(scale, _filled(scale, score // scale.factor)).band for score in scores)
            assert scale.bands[0][0] == 0
