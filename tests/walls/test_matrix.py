"""What each role may do and whose rows it sees stands in one file that people review."""

import anyio

from tests.coord.access.matrix import FILE, TABLES, matrix, table_file


def test_the_reviewed_file_says_what_roles_and_rules_give() -> None:
    assert FILE.read_text(encoding="utf-8") == anyio.run(matrix), "python -m tests.walls.pages writes it anew"


def test_the_reviewed_file_says_what_tables_hold() -> None:
    assert TABLES.read_text(encoding="utf-8") == table_file(), "python -m tests.walls.pages writes it anew"


def test_a_rule_that_is_not_in_the_file_is_noticed() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines(keepends=True)
    assert "".join(line for line in lines if not line.startswith("rows client,")) != anyio.run(matrix)
