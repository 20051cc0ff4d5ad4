"""A release that is about to be changed."""

from uuid import UUID

from sqlmodel import col

from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.releases.tables import Release
from coord.work import Unit, read


@read("release.move")
async def locked_release(unit: Unit, release_id: UUID) -> Release:
    """The row is locked: of two people at the same moment one changes it, the other reads why not. Raises ``NotFound``."""
    statement = select(Release).where(col(Release.id) == release_id)
    release: Release | None = await unit.scalar(
        statement.with_for_update().execution_options(populate_existing=True)
    )  # fmt: skip
    if release is None:
        raise NotFound
    return release
