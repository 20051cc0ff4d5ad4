"""The attack: ask for random subsets of hospitals, solve for each hospital by least squares, compare with the truth."""

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Ask = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""How a document with its variables is asked; gives the data of the answer."""
AT_ONCE = 15
"""As many aliases as the door allows in one document."""
FIGURES = ("referralsClosedLoop", "referralsAccepted", "referralsSent")
_GROUPINGS = ("", "", "", "HOSPITAL", "PROVINCE")


@dataclass(frozen=True, slots=True)
class Target:
    """A hospital: its id in the API, and the keys under which rows may hold it."""

    id: str
    code: str
    province: str


Slice = tuple[list[int], str]
"""Which hospitals are asked together, and by what they are grouped."""


@dataclass(slots=True)
class Equations:
    """Normal equations of least squares: which hospitals were asked together, and what came back."""

    size: int
    left: list[list[float]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    seen: set[frozenset[int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with almost nothing, so that a hospital never asked for is 0 and not undefined."""
        self.left = [[1e-9 * (i == j) for j in range(self.size)] for i in range(self.size)]
        self.right = [0.0] * self.size

    def add(self, chosen: Sequence[int], value: float) -> None:
        """One answer; the same set asked again teaches nothing new."""
        if frozenset(chosen) in self.seen:
            return
        self.seen.add(frozenset(chosen))
        for i in chosen:
            self.right[i] += value
            for j in chosen:
                self.left[i][j] += 1

    def solved(self) -> list[float]:
        """What fits all answers best (Gauss with pivots)."""
        size = self.size
        rows = [[*self.left[i], self.right[i]] for i in range(size)]
        for i in range(size):
            best = max(range(i, size), key=lambda r: abs(rows[r][i]))
            rows[i], rows[best] = rows[best], rows[i]
            for r in range(i + 1, size):
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
        found = [0.0] * size
        for i in reversed(range(size)):
            known = sum(rows[i][j] * found[j] for j in range(i + 1, size))
            found[i] = (rows[i][size] - known) / rows[i][i]
        return found


def document(number: int, *, with_rows: bool) -> str:
    """Some slices in one document, each with its own hospitals; rows cost so much that they are asked one by one."""
    given = ", ".join(f"$h{n}: [ID!], $g{n}: [Dimension!]" for n in range(number))
    asked = (
        f'a{n}: impactReport(program: "DIP", period: "2026Q3", hospitals: $h{n}, groupBy: $g{n}) {{ ...told }}'
        for n in range(number)
    )
    figures = " ".join(f"{name} {{ value }}" for name in FIGURES)
    rows = f"rows {{ key {{ key }} measures {{ {figures} }} }}" if with_rows else ""
    return f"query ({given}) {{ {' '.join(asked)} }} fragment told on ImpactReport {{ total {{ {figures} }} {rows} }}"


def _slices(number: int, size: int, seed: int) -> Iterator[list[Slice]]:
    """Random subsets, half of all hospitals each, as many as the door takes together."""
    chance = random.Random(seed)  # noqa: S311  an attack that can be repeated
    waiting: list[Slice] = []
    for _ in range(number):
        one = [n for n in range(size) if chance.random() < 0.5], chance.choice(_GROUPINGS)
        if one[1]:
            yield [one]
        else:
            waiting.append(one)
        if len(waiting) == AT_ONCE:
            yield waiting
            waiting = []
    yield waiting


async def recovered(ask: Ask, targets: Sequence[Target], slices: int, seed: int = 1) -> Mapping[str, list[int]]:
    """What the attack takes each hospital's figures for, after so many random slices."""
    found = {name: Equations(len(targets)) for name in FIGURES}
    for together in filter(None, _slices(slices, len(targets), seed)):
        variables: dict[str, Any] = {}
        for n, (chosen, grouped) in enumerate(together):
            variables |= {f"h{n}": [targets[i].id for i in chosen], f"g{n}": [grouped] if grouped else []}
        data = await ask(document(len(together), with_rows=bool(together[0][1])), variables)
        for n, (chosen, _) in enumerate(together):
            _take(found, chosen, data[f"a{n}"], targets)
    return {name: [round(value) for value in equations.solved()] for name, equations in found.items()}


def _take(
    found: Mapping[str, Equations], chosen: Sequence[int], told: Mapping[str, Any], targets: Sequence[Target]
) -> None:
    """An equation of the total, and one of each row."""
    parts = [(chosen, told["total"])]
    for row in told.get("rows", ()):
        key = row["key"][0]["key"]
        parts.append(([i for i in chosen if key in {targets[i].code, targets[i].province}], row["measures"]))
    for members, figures in parts:
        for name, equations in found.items():
            if figures[name]["value"] is not None:
                equations.add(members, figures[name]["value"])


def hits(guessed: Sequence[int], truth: Sequence[int]) -> float:
    """The share of hospitals whose true count was found."""
    return sum(a == b for a, b in zip(guessed, truth, strict=True)) / len(truth)
