"""Same key and same content: the first answer again. Same key, other content: a conflict."""

import hashlib
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlmodel import col

from coord.kernel.errors import Conflict, Problem
from coord.kernel.inputs import Input
from coord.kernel.sql import select
from coord.work.tables import Submission
from coord.work.unit import Unit

_BY_KEY = select(Submission).where(
    col(Submission.user_id) == bindparam("user", type_=Uuid()), col(Submission.key) == bindparam("key", type_=Uuid())
)
"""Made once, as every writing asks it."""


def content_hash(content: Input) -> str:
    """SHA-256 of the canonical JSON of an input."""
    return hashlib.sha256(content.model_dump_json().encode()).hexdigest()


async def replayed(unit: Unit, key: UUID, content: Input) -> UUID | None:
    """The id that this key made before, None if the key is new.

    Raises ``Conflict`` when the key came with other content.
    """
    found: Submission | None = await unit.scalar(_BY_KEY, user=unit.actor.user_id, key=key)
    if found is None:
        return None
    if found.content_hash != content_hash(content):
        raise Conflict(Problem("idempotency_key", "KEY_REUSED"))
    return found.result_id


async def remember(unit: Unit, key: UUID, content: Input, result_id: UUID) -> UUID | None:
    """Claim a new key for what is about to be written; call it after the checks, before the rows.

    Of two submissions at once the constraint lets one wait for the other. The second gets the first
    answer, like any repetition, and writes nothing; None means that the key is the caller's.
    Raises ``Conflict`` when the other one had other content.
    """
    if unit.actor.user_id is None:
        return None
    claim = Submission(user_id=unit.actor.user_id, key=key, content_hash=content_hash(content), result_id=result_id)
    return None if await unit.session.claim(claim) else await replayed(unit, key, content)
