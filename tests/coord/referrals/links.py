"""Links for tests: the center answers by link, Sam makes one, somebody without an account uses it."""

import uuid
from typing import Any

from coord.access import Actor
from coord.referrals.links import (
    AnswerByLink,
    CreateLink,
    FeedbackByLink,
    ShownByLink,
    answer_by_link,
    contact_by_link,
    create_link,
    feedback_by_link,
    shown_by_link,
)
from coord.referrals.links.actions import NewLink
from coord.referrals.sending import Moved
from coord.work import begin
from tests.coord.referrals.making import key
from tests.coord.referrals.test_directory import describe
from tests.world import cast

WHO = {"language": "zh-CN", "address": "192.0.2.1"}


async def answering_by_link() -> None:
    """The foundation says that the center has no accounts."""
    await describe(cast.ola, answers_by_link=True)


async def link(referral_id: uuid.UUID, actor: Actor = cast.sam, days: int = 30) -> NewLink:
    async with begin(actor) as unit:
        return await create_link(unit, CreateLink(referral=referral_id, days=days))


async def shown(token: str, **who: str) -> ShownByLink:
    return await shown_by_link(token, **{**WHO, **who})


async def answer(token: str, event: str = "ACCEPT", **more: Any) -> Moved:
    given = AnswerByLink.parse({"idempotency_key": key(), "event": event, **more})
    return await answer_by_link(token, given, **WHO)


async def met(token: str, day: str, **more: Any) -> Moved:
    return await contact_by_link(token, {"idempotency_key": key(), "met_on": day, **more}, **WHO)


async def report(token: str, outcome: str = "COMPLETED", **more: Any) -> Moved:
    given = FeedbackByLink.parse({"idempotency_key": key(), "outcome": outcome, **more})
    return await feedback_by_link(token, given, **WHO)
