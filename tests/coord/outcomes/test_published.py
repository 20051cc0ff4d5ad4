"""Every published percentage of two years of England's talking therapies, from the counts, to the printed decimal."""

import csv
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

from coord.outcomes.rules import Rate, recovery_denominator

FILE = Path(__file__).parents[2] / "data" / "england" / "nhs_talking_therapies_2022_2024.csv"
CHANGES, RECOVERIES = ("improvement", "no_reliable_change", "deterioration"), ("recovery", "reliable_recovery")


def rows() -> Iterator[Mapping[str, str]]:
    """The rows that have both numbers of which the denominators are made."""
    with FILE.open(encoding="utf-8") as file:
        yield from (row for row in csv.DictReader(file) if row["fct"] and row["not_at_caseness"])


def rates(*, at_caseness: bool = False) -> Iterator[tuple[str, str, Rate, str]]:
    """Table, name, rate and published percentage; ``at_caseness``: the wrong denominator of recovery."""
    for row in rows():
        right = recovery_denominator(int(row["fct"]), int(row["not_at_caseness"]))
        wrong = int(row["at_caseness"] or 0)
        for name in (*CHANGES, *RECOVERIES):
            if row[name] and row[f"{name}_pct"]:
                of = int(row["fct"]) if name in CHANGES else (wrong if at_caseness else right)
                yield row["table"], name, Rate(int(row[name]), of), row[f"{name}_pct"]


def test_every_published_rate_is_reproduced() -> None:
    found = [(table, rate.percent == shown) for table, _, rate, shown in rates()]
    assert {table: sum(t == table and same for t, same in found) for table, _ in found} == {
        "measures": 1110,
        "therapy": 2072,
    }
    assert all(same for _, same in found)


def test_wrong_ways_to_round_and_the_wrong_denominator_do_not_reproduce_them() -> None:
    wrong = dict.fromkeys(("twice", "half even", "float"), 0)
    for _, _, rate, published in rates():
        exact = Decimal(100 * rate.numerator) / Decimal(rate.denominator)
        twice = exact.quantize(Decimal("0.01"), ROUND_HALF_UP).quantize(Decimal("0.1"), ROUND_HALF_UP)
        wrong["twice"] += str(twice) != published
        wrong["half even"] += str(exact.quantize(Decimal("0.1"), ROUND_HALF_EVEN)) != published
        wrong["float"] += f"{round(100 * rate.numerator / rate.denominator, 1)}" != published
    assert wrong == {"twice": 143, "half even": 6, "float": 6}
    recovery = [
        rate.percent == shown
        for table, name, rate, shown in rates(at_caseness=True)
        if name == "recovery" and table == "measures"
    ]
    assert (len(recovery), recovery.count(False)) == (222, 127)
