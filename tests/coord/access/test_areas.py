"""Area by area, what the reviewed files say of its tables is what its rules say."""

import anyio
import pytest

from coord.access.rows import all_rules
from tests.coord.access.matrix import FILE, TABLES, actors, area_of, rows, tables, written

AREAS = sorted({area_of(rule) for rule in all_rules()})
_EVERYBODY = anyio.run(actors)


def _lines(text: str, area: str) -> list[str]:
    """The lines of a file that are about tables of an area."""
    names = {str(rule.model.__tablename__) for rule in all_rules() if area_of(rule) == area}
    return [line for line in text.splitlines() if line.split(",")[0].split()[-1] in names]


@pytest.mark.parametrize("area", AREAS)
def test_what_tables_hold_and_what_connections_may_do_with_them(area: str) -> None:
    assert written(*tables(area)).splitlines() == _lines(TABLES.read_text(encoding="utf-8"), area)


@pytest.mark.parametrize("area", AREAS)
def test_whose_rows_each_role_sees(area: str) -> None:
    assert written(*rows(_EVERYBODY, area)).splitlines() == _lines(FILE.read_text(encoding="utf-8"), area)
