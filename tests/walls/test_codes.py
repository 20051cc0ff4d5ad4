"""Every value that people choose or read has a word: each family of codes is exactly one enum."""

import inspect
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from coord.access import Retention, Role
from coord.measures import MEASURES, Dimension
from tests.walls.test_verbs import modules
from tests.walls.words import catalog

# Families with more than one text a value, compared by name below.
_RICHER = {"dimension", "measure"}
# Values that no person reads.
_INTERNAL = {"Facts", Retention.__name__}


def families(keys: Iterable[str]) -> dict[str, set[str]]:
    """The values of each family of keys."""
    found: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        family, value = key.split(".", 1)
        found[family].add(value)
    return found


def enums() -> set[type[StrEnum]]:
    """Every enum of the areas."""
    values = [value for module in modules() for value in vars(module).values() if inspect.isclass(value)]
    return {Role, *(v for v in values if issubclass(v, StrEnum) and v is not StrEnum and v.__name__ not in _INTERNAL)}


def without_an_enum(found: dict[str, set[str]]) -> list[str]:
    """Families whose words are not the values of one enum."""
    known = [{member.value for member in enum} for enum in enums()]
    return [family for family, values in found.items() if family not in _RICHER and values not in known]


def code_keys() -> list[str]:
    """The keys of codes and roles."""
    return [key for key, entry in catalog("zh-CN").items() if entry.topic in {"codes", "roles"}]


def test_every_family_of_words_is_one_enum() -> None:
    assert without_an_enum(families(code_keys())) == []


def test_every_measure_and_dimension_has_a_word() -> None:
    found = families(code_keys())
    assert {name for name in MEASURES if name not in found["measure"]} == set()
    assert {dimension.value for dimension in Dimension} - found["dimension"] == set()


def test_a_word_for_a_value_that_is_gone_and_a_value_without_a_word_are_found() -> None:
    sample = families([*code_keys(), "role.GHOST"])
    sample["gender"].remove("OTHER")
    assert without_an_enum(sample) == ["gender", "role"]
