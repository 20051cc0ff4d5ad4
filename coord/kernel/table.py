"""Conventions of every table: names of constraints, enum columns, ids."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Enum
from sqlmodel import Field, SQLModel

from coord.kernel.ids import uuid7

# Set before the first table is defined: migrations name constraints by it on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def enum_field(enum: type[StrEnum], name: str, *, default: Any = ..., checked: bool = True) -> Any:
    """A VARCHAR of the enum's values with a named CHECK: nothing native to migrate.

    ``checked`` is False for a column that came to a table later: SQLite adds no CHECK without making the table anew.
    """
    kind = Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=checked,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(default=default, sa_type=kind, nullable=default is None)


class Row(SQLModel):
    """Base of every table with a time-ordered id of its own."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
