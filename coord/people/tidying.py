"""Forgetting what accounts leave behind, once it means nothing any more."""

from sqlmodel import col, delete

from coord.identity.tidying import JANITOR, tidy
from coord.people.tables import PasswordReset
from coord.work import Unit, action

__all__ = ["JANITOR", "tidy_accounts"]


@action("job.run")
async def tidy_accounts(unit: Unit) -> None:
    """What signing in left, and links for a new password that are over."""
    await tidy(unit)
    await unit.session.run(delete(PasswordReset).where(col(PasswordReset.expires_at) <= unit.started_at))
