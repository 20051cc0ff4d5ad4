"""Forgetting what signing in leaves behind, once it means nothing any more."""

from datetime import timedelta

from sqlmodel import col, delete

from coord.access import system
from coord.identity.guessing import FORGOTTEN_AFTER
from coord.identity.tables import GuessCount, KnownDevice, PasskeyChallenge, WebSession
from coord.work import Unit, action
from coord.work.tables import PaceCount

JANITOR = system("accounts", "forgets old guesses, devices, sessions and questions", "identity.authenticate", "job.run")
DEVICE_KNOWN_FOR = timedelta(days=365)
"""As long as a browser keeps the value by which it is known."""


@action("job.run")
async def tidy(unit: Unit) -> None:
    """Delete counts of guesses that no longer count, browsers not seen for a year, and what is over."""
    at = unit.started_at
    for old in (
        delete(GuessCount).where(col(GuessCount.last_at) <= at - FORGOTTEN_AFTER),
        delete(KnownDevice).where(col(KnownDevice.created_at) <= at - DEVICE_KNOWN_FOR),
        delete(WebSession).where(col(WebSession.expires_at) <= at),
        delete(PaceCount).where(col(PaceCount.began_at) <= at - FORGOTTEN_AFTER),
        delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) <= at),
    ):
        await unit.session.run(old)
