"""Every table that reaches a client, and every column of it, has a class: nothing is forgotten by export or erasure."""

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import JSON, Column, ForeignKey, MetaData, Table, Uuid

from coord.access.rows import all_rules, rule_of
from coord.language import words
from coord.migrations.tables import METADATA
from coord.rights.classes import APART, CLASSES, POINTERS, DataClass
from coord.rights.subject import about_clients, ways_to_clients

Classes = Mapping[str, Mapping[str, DataClass]]


def unclassed(tables: Mapping[str, Table], classes: Classes) -> list[str]:
    """Tables about clients, and their columns, that no class is given to."""
    about = ways_to_clients(dict(tables))
    missing = [name for name in about if name not in classes]
    columns = (c for name in about if name in classes for c in tables[name].columns)
    return sorted([*missing, *(f"{c.table.name}.{c.name}" for c in columns if c.name not in classes[c.table.name])])


def misnamed(tables: Mapping[str, Table], classes: Classes) -> list[str]:
    """Classes of tables or columns that are not there."""
    named = {f"{table}.{column}" for table, columns in classes.items() for column in columns}
    return sorted(named - {f"{table.name}.{column.name}" for table in tables.values() for column in table.columns})


def loose(tables: Mapping[str, Table], classes: Classes) -> Iterator[str]:
    """Columns that could hold the id of a client without a foreign key: ids, and lists outside the classed tables."""
    for table in tables.values():
        for column in table.columns:
            free = isinstance(column.type, Uuid) and not column.foreign_keys and not column.primary_key
            if free or (isinstance(column.type, JSON) and table.name not in classes):
                yield f"{table.name}.{column.name}"


def test_every_table_that_reaches_a_client_and_every_column_has_a_class() -> None:
    assert (unclassed(METADATA.tables, CLASSES), misnamed(METADATA.tables, CLASSES)) == ([], [])


def test_what_the_trail_calls_personal_is_never_mere_bookkeeping() -> None:
    wrong = [
        f"{about.name}.{held.name}"
        for about in about_clients()
        for held in about.columns
        if held.name in rule_of(about.model).personal and held.data_class is DataClass.INTERNAL
    ]
    assert wrong == []


def test_every_id_without_a_foreign_key_is_said_to_lead_to_a_client_or_not() -> None:
    assert sorted(loose(METADATA.tables, CLASSES)) == sorted([*POINTERS, *APART])


def test_the_walk_knows_every_rule_and_stands_below_what_it_leads_to() -> None:
    names = [about.name for about in about_clients()]
    assert set(names) <= {str(rule.model.__tablename__) for rule in all_rules()}
    assert names[0] == "client"
    for place, about in enumerate(about_clients()):
        assert {way.towards for way in about.ways} <= set(names[:place])


def test_a_new_table_a_new_column_and_a_new_loose_id_are_found() -> None:
    sample = MetaData()
    client = Table("client", sample, Column("id", Uuid, primary_key=True), Column("eye_color", Uuid))
    case = Table("case", sample, Column("id", Uuid, primary_key=True), Column("client_id", ForeignKey("client.id")))
    diary = Table("diary", sample, Column("case_id", ForeignKey("case.id"), primary_key=True))
    other = Table("weather", sample, Column("id", Uuid, primary_key=True))
    tables = {table.name: table for table in (client, case, diary, other)}
    known = {"client": {"id": DataClass.INTERNAL, "hair": DataClass.PERSONAL}}
    assert unclassed(tables, known) == ["case", "client.eye_color", "diary"]
    assert misnamed(tables, known) == ["client.hair"]
    assert list(loose(tables, known)) == ["client.eye_color"]


def unworded(has: Callable[[str], bool]) -> list[str]:
    """Words that a person's copy needs and the catalogs do not have: of tables, and of columns that leave."""
    leaving = {about.name: [held.name for held in about.columns if held.leaves] for about in about_clients()}
    wanted = {f"held.{table}" for table, columns in leaving.items() if columns}
    wanted |= {f"held_in.{column}" for columns in leaving.values() for column in columns}
    return sorted(key for key in wanted if not has(key))


def test_every_table_and_column_of_a_copy_has_words() -> None:
    assert unworded(words("en").has) == []


def test_a_column_without_words_is_found() -> None:
    assert "held_in.phone" in unworded(lambda key: key != "held_in.phone")
