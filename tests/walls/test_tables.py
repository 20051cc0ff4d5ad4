"""Every table says who sees its rows, how long they are kept and what in them is personal."""

import ast
import importlib
from collections.abc import Iterable, Sequence

from sqlmodel import Field, SQLModel

from coord.access import Retention
from coord.access.rows import Rule, all_rules, everybody
from coord.migrations.tables import METADATA
from tests.walls.tree import ROOT, areas, parsed

for area in areas():
    importlib.import_module(f"coord.{area}")


def unregistered(package: ast.Module) -> bool:
    """Whether importing an area leaves its rules out: then its rows would be open to everybody."""
    imports = [node for node in ast.walk(package) if isinstance(node, ast.ImportFrom)]
    return not any(alias.name == "access" for node in imports for alias in node.names)


def unprotected(names: Iterable[str], rules: Sequence[Rule]) -> list[str]:
    """Tables without a rule."""
    covered = {str(rule.model.__tablename__) for rule in rules}
    return sorted(set(names) - covered)


def misnamed(rules: Sequence[Rule]) -> list[str]:
    """Personal columns that the table does not have: a misspelled one would be shown in the trail."""
    return [f"{r.model.__name__}.{name}" for r in rules for name in r.personal - set(r.model.model_fields)]


def readable_by_all(rules: Sequence[Rule]) -> list[str]:
    """Tables with personal columns whose rows everybody sees."""
    return [r.model.__name__ for r in rules if r.personal and r.rows is everybody]


class Diary(SQLModel):
    """A sample of what the walls must refuse."""

    entry: str = Field(default="")


SAMPLE = Rule(Diary, everybody, Retention.CLINICAL, frozenset({"entry", "entyr"}))


def test_importing_an_area_registers_its_rules() -> None:
    folders = [path.parent for path in (ROOT / "coord").glob("*/access.py")]
    assert [folder.name for folder in folders if unregistered(parsed(folder / "__init__.py"))] == []


def test_an_area_that_forgets_its_rules_is_found() -> None:
    assert unregistered(ast.parse("from coord.diary.reads import entries"))


def test_every_table_has_a_row_rule() -> None:
    assert unprotected(METADATA.tables, all_rules()) == []


def test_every_table_has_a_retention_class() -> None:
    assert [r.model.__name__ for r in all_rules() if r.retention not in Retention] == []


def test_every_personal_column_exists_and_is_not_for_everybody() -> None:
    assert (misnamed(all_rules()), readable_by_all(all_rules())) == ([], [])


def test_a_table_without_a_rule_is_found() -> None:
    assert unprotected([*METADATA.tables, "diary"], all_rules()) == ["diary"]


def test_a_misspelled_and_a_public_personal_column_are_found() -> None:
    assert (misnamed([SAMPLE]), readable_by_all([SAMPLE])) == (["Diary.entyr"], ["Diary"])
