"""Approving a story, sending it back, ending it: one table of moves, two people."""

import secrets
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.stories.codes import StoryMove
from coord.clients.stories.ending import end_stories
from coord.clients.stories.inputs import MoveStory
from coord.clients.stories.rules import MOVES, VERB_OF, digest_of_story, told_until, wrong_move
from coord.clients.stories.tables import Story, ToldStory
from coord.clients.stories.writing import needed_consent, refuse_identity
from coord.clients.tables import Client
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.work import Unit, action

_SALT_BYTES = 32


@action("client.read_identity")
async def move_story(unit: Unit, given: MoveStory) -> UUID:
    """Approve a story, send it back with the reason, or end it. Gives the client's id.

    Raises ``NotFound`` for stories of others, ``NotAllowed`` for another office's step, ``Invalid`` without a reason or
    with words that lead to somebody, ``Conflict`` from another state, by the author, or without a consent any more.
    """
    unit.actor.require(VERB_OF[given.move])
    statement = select(Story).where(col(Story.id) == given.story).with_for_update()
    story: Story | None = await unit.scalar(statement.execution_options(populate_existing=True))
    if story is None:
        raise NotFound
    wrong = wrong_move(story.state, given.move, unit.actor.user_id, story.written_by_id)
    if wrong is not None:
        raise Conflict(wrong)
    if given.move is StoryMove.END:
        await end_stories(unit, col(Story.id) == story.id)
        return story.client_id
    if given.move is StoryMove.RETURN and not given.reason:
        raise Invalid(Problem("reason", "REQUIRED"))
    await _decide(unit, story, given)
    return story.client_id


async def _decide(unit: Unit, story: Story, given: MoveStory) -> None:
    before = audit.facts(story)
    told = await _told(unit, story) if given.move is StoryMove.APPROVE else None
    story.state = MOVES[story.state, given.move]
    story.decided_at, story.decided_by_id, story.reason = unit.started_at, unit.actor.user_id, given.reason
    audit.record(unit, f"story.{given.move.value.lower()}", story, before=before)
    await unit.session.flush()
    if told is not None:
        unit.add(told)
        audit.record(unit, "story.tell", told)


async def _told(unit: Unit, story: Story) -> ToldStory:
    """The words as the foundation gets them: by the consent as it is now, not as it was when they were written."""
    client = await unit.find(Client, story.client_id)
    await refuse_identity(unit, client, story.title, story.text)
    consent = await needed_consent(unit, client)
    story.consent_id, salt = consent.id, secrets.token_hex(_SALT_BYTES)
    last = told_until(consent, client.birth_year)
    if last is None:
        raise Conflict(Problem("client", "NO_CONSENT_FOR_STORY"))
    return ToldStory(
        id=story.id, program_id=story.program_id, title=story.title, text=story.text, salt=salt, last_day=last,
        digest=digest_of_story(story.id, story.title, story.text, salt), told_at=unit.started_at,
    )  # fmt: skip
