"""``python -m tests.disclosure.mutants``: the tests of the rules with one rule broken at a time; prints which of them fail.

Every rule of disclosure control has a mutant here, as a change of one line of its source, and the tests that are there for
that rule: exactly they must fail.
"""

import importlib
import inspect
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType

import hypothesis
import pytest

TESTS = (
    "tests/coord/releases/test_protecting.py", "tests/coord/releases/test_serving.py", "tests/disclosure/test_limits.py",
)  # fmt: skip
_FLOORS = "test_a_rate_is_whole_percent_rounded_half_up_or_nothing"
_SMALL = "test_small_counts_are_hidden_and_zero_is_not"
_SLICES = "test_t5_every_slice_is_consistent_with_its_own_cells"
_YEARS = (
    "test_a_year_is_the_sum_of_its_quarters_and_persons_are_not_added",
    "test_t8_a_year_is_the_sum_of_its_quarters_in_every_slice",
)
_KNOWN = "test_rounding_and_repair_give_the_known_answers"
_NEAR = "test_t1_every_cell_is_a_near_multiple_and_multiples_stay"
_UNBIASED = (
    "test_rounding_alone_is_unbiased_over_two_hundred_secrets",
    "test_t10_rounding_without_repair_has_no_bias_on_many_cells",
)
_KEY = "test_a_cubes_key_is_made_of_the_secret_the_content_and_the_cube"
_MARGINS = "test_a_second_cube_shares_only_margins_of_fifty_people"
_WITHHELD = "test_withheld_person_times_are_in_no_sum"


# Hypothesis is here before pytest could rewrite its asserts; nobody reads them.
_QUIETLY = (
    "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", "--tb=no", "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module, what stands in it, what stands there instead, and the tests that must fail."""

    module: str
    before: str
    after: str
    killed_by: Collection[str]


_SERVING, _CUBES, _PROTECTING = "coord.releases.serving", "coord.releases.cubes", "coord.releases.protecting"
MUTANTS: Mapping[str, Mutant] = {
    "no display floor": Mutant(_SERVING, "if 0 < value < how.display_floor else", "if False else", {_FLOORS, _SMALL, _SLICES}),
    "no rate floor": Mutant(_SERVING, "whole < how.rate_floor", "not whole", {_FLOORS, _SLICES}),
    "a rate of a hidden numerator": Mutant(
        _SERVING, " or numerator.status is CountStatus.SUPPRESSED:", ":", {_FLOORS, _SLICES}
    ),
    "a rate that is not rounded": Mutant(
        _SERVING, "(200 * part + whole) // (2 * whole)", "100 * part // whole", {_FLOORS, _SLICES}
    ),
    "persons added up over quarters": Mutant(_SERVING, "if count.is_additive or is_one_quarter else", "if True else", _YEARS),
    "a class of a group that has no other": Mutant(
        _SERVING, "if not_split and not sums.over(count.cube, every):", "if False:",
        {"test_a_hospital_with_everybody_in_one_class_counts_in_the_whole_only"},
    ),
    "a withheld family is told": Mutant(
        _SERVING, "{c: None if c in place.withheld else c for c in CLASSES}", "{c: c for c in CLASSES}", {_WITHHELD}
    ),
    "everybody of one kind": Mutant(
        _CUBES, "if len(filled) == 1:", "if False:", {"test_nobody_learns_that_everybody_of_a_group_is_of_one_kind"}
    ),
    "small classes by sex and age": Mutant(
        _CUBES, "all(number == 0 or number >= least for number in by_class.values())", "True", {_MARGINS}
    ),
    "too few people by sex and age": Mutant(_CUBES, "if sum(by_class.values()) < least:", "if False:", {_MARGINS}),
    "withheld person-times are added": Mutant(_CUBES, "0 if place in kept else counted", "counted", {_WITHHELD}),
    "one key for every cube": Mutant(_PROTECTING, "{content_hash}:{code}", "", {_KEY}),
    "another key each time": Mutant(_PROTECTING, "hmac.digest(secret, f", 'hmac.digest(hashlib.sha256(b"%f" % __import__("time").time()).digest(), f', {_KEY}),
    "always rounded up": Mutant(_PROTECTING, 'draw(key, "round", number) < rest / base', "True", {_KNOWN, *_UNBIASED}),
    "rounded to the nearest": Mutant(
        _PROTECTING, 'draw(key, "round", number) < rest / base', "2 * rest > base", {_KNOWN, *_UNBIASED}
    ),
    "multiples are repaired": Mutant(_PROTECTING, "cube.counts.items() if count % how.base]", "cube.counts.items()]", {_KNOWN, _NEAR}),
    "small margins are repaired": Mutant(_PROTECTING, "if true[group] >= floor}", "}", {_KNOWN}),
    "no p% rule": Mutant(
        _PROTECTING, "100 * (total - first - second) < p_percent * first or ", "", {"test_each_rule_of_dominance_holds_by_itself"}
    ),
    "no NK rule": Mutant(
        _PROTECTING, " or 100 * (first + second) > nk_percent * total", "",
        {"test_each_rule_of_dominance_holds_by_itself", "test_person_times_that_one_or_two_people_dominate_are_withheld"},
    ),
}  # fmt: skip
"""That a quarter is never rounded anew (a mutant that builds twice) is held by ``tests/coord/releases/test_building.py``."""


def _functions(source: str) -> Mapping[str, CodeType]:
    found = compile(source, "mutant", "exec", dont_inherit=True).co_consts
    return {code.co_name: code for code in found if isinstance(code, CodeType)}


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """As long as the block lasts the module's function does what it would do with the change in it, whoever imported it."""
    module = importlib.import_module(mutant.module)
    source = inspect.getsource(module)
    if source.count(mutant.before) != 1:
        raise ValueError(f"{mutant.before!r} does not stand once in {mutant.module}")
    now, then = _functions(source), _functions(source.replace(mutant.before, mutant.after))
    (name,) = (name for name, code in then.items() if code != now[name])
    function = getattr(module, name)
    kept, function.__code__ = function.__code__, then[name]
    try:
        yield
    finally:
        function.__code__ = kept


class Failures:
    """Collects the names of the tests that fail; nothing is made smaller for somebody to read."""

    def __init__(self) -> None:
        """None yet."""
        self.names: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Examples are generated alike in each run, and no file remembers them."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("mutants", phases=phases, database=None, derandomize=True, max_examples=20)
        hypothesis.settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One test has run."""
        if report.failed:
            self.names.add(report.location[2].partition("[")[0])


def failing() -> list[str]:
    """The tests of the rules that fail just now."""
    found = Failures()
    pytest.main([*TESTS, *_QUIETLY], plugins=[found])
    return sorted(found.names)


def main() -> None:
    """Run the tests as the rules are, then with each mutant in its place."""
    found = {"": failing()}
    for name, mutant in MUTANTS.items():
        with planted(mutant):
            found[name] = failing()
    sys.stderr.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
