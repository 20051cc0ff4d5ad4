"""Each scale as data: items, range, score, bands, which items speak for safety, and where that is from.

Cut-points belong to an instrument in a population, so a score keeps the version that it was scored with and is
never put into another band silently. Wording is given only where the distributor lets everybody use it (PHQ-9,
GAD-7); the other items are shown by their numbers, next to the form on paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coord.outcomes.codes import Band, ScaleCode


@dataclass(frozen=True, slots=True)
class Scale:
    """One version of an instrument.

    ``bands`` are the lowest scores of each band, ascending. ``factor`` turns the sum into the score.
    ``most_missing`` items may be replaced by the mean of the others; 0: one missing item leaves no score.
    """

    code: ScaleCode
    version: str
    population: str
    items: int
    lowest: int
    highest: int
    bands: Sequence[tuple[int, Band]]
    source: str
    factor: int = 1
    higher_is_better: bool = False
    has_wording: bool = False
    safety_items: frozenset[int] = frozenset()
    most_missing: int = 0
    reliable_change: int | None = None
    caseness: int | None = None

    @property
    def most(self) -> int:
        """The highest score."""
        return self.items * self.highest * self.factor


PHQ9 = Scale(
    ScaleCode.PHQ9, "phq9-1", "original validation", 9, 0, 3,
    ((0, Band.MINIMAL), (5, Band.MILD), (10, Band.MODERATE), (15, Band.MODERATELY_SEVERE), (20, Band.SEVERE)),
    "Kroenke, Spitzer, Williams: The PHQ-9. J Gen Intern Med 2001; free for everybody according to its distributor",
    has_wording=True, safety_items=frozenset({9}), reliable_change=6, caseness=10,
)  # fmt: skip
GAD7 = Scale(
    ScaleCode.GAD7, "gad7-1", "original validation", 7, 0, 3,
    ((0, Band.MINIMAL), (5, Band.MILD), (10, Band.MODERATE), (15, Band.SEVERE)),
    "Spitzer, Kroenke, Williams, Löwe: The GAD-7. Arch Intern Med 2006; free for everybody according to its distributor",
    has_wording=True, reliable_change=4, caseness=8,
)  # fmt: skip
WHO5 = Scale(
    ScaleCode.WHO5, "who5-1", "original validation", 5, 0, 5, ((0, Band.SCREEN_POSITIVE), (52, Band.SCREEN_NEGATIVE)),
    "WHO-5 well-being index; raw sum below 13 asks for a screen of depression; terms of its wording not confirmed",
    factor=4, higher_is_better=True,
)  # fmt: skip
CSSRS = Scale(
    ScaleCode.CSSRS, "cssrs-screener-1", "screener", 6, 0, 2, (),
    "Columbia-Suicide Severity Rating Scale, screener; triage to be signed off by clinicians; wording not confirmed",
    safety_items=frozenset({4, 5, 6}),
)  # fmt: skip
SSQ14 = Scale(
    ScaleCode.SSQ14, "ssq14-zw-1", "Zimbabwe, primary care", 14, 0, 1, ((0, Band.SCREEN_NEGATIVE), (9, Band.SCREEN_POSITIVE)),
    "Chibanda et al., JAMA 2016 (Friendship Bench); cut-point 9 read as 9 or more",
)  # fmt: skip

SCALES: Mapping[ScaleCode, Scale] = {scale.code: scale for scale in (PHQ9, GAD7, WHO5, CSSRS, SSQ14)}
