"""What a release holds. Cells are added once and never changed; true counts are nowhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, column
from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.releases.codes import CubeCode, ReleaseState

_RESTATES: ColumnElement[Any] = column("restates_id")


class Release(Row, table=True):
    """The protected figures of a program's quarter on their way to the public.

    A quarter is built once, and at most once again: two more roundings of the same counts would begin to tell them.
    """

    __table_args__ = (
        Index(
            "uq_release_first", "program_id", "period", unique=True,
            sqlite_where=_RESTATES.is_(None), postgresql_where=_RESTATES.is_(None),
        ),
        Index(
            "uq_release_restated", "restates_id", unique=True,
            sqlite_where=_RESTATES.is_not(None), postgresql_where=_RESTATES.is_not(None),
        ),
        CheckConstraint("published_by_id IS NULL OR published_by_id <> reviewed_by_id", name="two_people"),
    )  # fmt: skip

    program_id: UUID = Field(foreign_key="program.id", index=True)
    period: str = Field(max_length=8)
    state: ReleaseState = enum_field(ReleaseState, "state", default=ReleaseState.BUILT)
    rules_version: str = Field(max_length=16)
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    places: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """The hospitals as they were: id, code, name, province; which of their families are withheld."""
    notes: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """What is published beside the figures: words of the foundation, what was corrected."""
    restates_id: UUID | None = Field(default=None, foreign_key="release.id")
    """The published release of the same quarter that this one takes the place of."""
    digest: str = Field(max_length=64)
    """SHA-256 over what the release says: what is signed when it is published."""
    built_at: datetime = Field(default_factory=now)
    ordered_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    reviewed_at: datetime | None = None
    reviewed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    published_at: datetime | None = None
    published_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    signing_key: str | None = Field(default=None, max_length=16)
    signature: str | None = Field(default=None, max_length=128)


class ReleaseSnapshot(Row, table=True):
    """What a release was counted from: how many records, and a hash over their ids. Its id is the release's.

    For the foundation alone: from a hash over small true counts they could be guessed.
    """

    __tablename__ = "release_snapshot"

    id: UUID = Field(primary_key=True, foreign_key="release.id")
    program_id: UUID = Field(foreign_key="program.id", index=True)
    taken_at: datetime = Field(default_factory=now)
    rules_version: str = Field(max_length=16)
    record_count: int
    content_hash: str = Field(max_length=64)
    prints: list[str] | None = Field(default=None, sa_type=JSON)
    """One for each record, by which it is found how many changed; read by what builds releases alone."""


class ProtectedCell(Row, table=True):
    """One protected count of a release: a multiple of the base. Cells of 0 are not stored."""

    __tablename__ = "protected_cell"
    __table_args__ = (
        UniqueConstraint("release_id", "cube", "group_code", "class_code"),
        CheckConstraint("value > 0", name="value"),
    )

    release_id: UUID = Field(foreign_key="release.id")
    cube: CubeCode = enum_field(CubeCode, "cube")
    group_code: str = Field(max_length=40)
    """The id of a hospital, or sex and age band of people."""
    class_code: str = Field(max_length=32)
    value: int
