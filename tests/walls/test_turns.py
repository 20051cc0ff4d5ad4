"""Which tests run on one database alone: those of doors, and none of who sees what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.turns import WHO_SEES_WHAT, takes_turns, waiting
from tests.walls.tree import ROOT


def test_doors_take_turns_and_what_people_see_does_not() -> None:
    names = ("tests/web/test_log.py::t", "tests/schema/test_cases.py::t", "tests/coord/work/test_unit.py::t",
             "tests/schema/test_walk.py::t", "tests/web/test_sketch_only.py::t", "tests/tenants/test_two_tenants.py::t")  # fmt: skip
    assert [takes_turns(name) for name in names] == [True, True, False, False, False, False]


@dataclass(frozen=True)
class Call:
    """The parameters of a collected test."""

    params: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Item:
    """A collected test."""

    nodeid: str
    callspec: Call


def _twins(test: str) -> list[Any]:
    return [Item(f"{test}[{kind}]", Call({"database": kind})) for kind in ("sqlite", "postgresql")]


def test_one_of_two_twins_waits_whatever_comes_first() -> None:
    twins, seen = _twins("tests/web/test_log.py::t"), _twins("tests/schema/test_walk.py::t")
    (waits,) = waiting([*twins, *seen])
    assert waits in twins
    assert waiting([*reversed(twins), *seen]) == {waits}
    assert waiting(twins[:1]) == waiting(twins[1:]) == set()
    drawn = {
        one.nodeid.rpartition("[")[2] for n in range(20) for one in waiting(_twins(f"tests/web/test_log.py::t{n}"))
    }
    assert drawn == {"sqlite]", "postgresql]"}


def test_what_is_named_there_exists() -> None:
    assert [name for name in WHO_SEES_WHAT if not (ROOT / name).is_file()] == []
