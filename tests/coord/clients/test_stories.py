"""Stories: only with a consent for everybody, without identity, by two people, and gone with the consent."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, update

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients.consents import WithdrawConsent, record_consent, withdraw_consent
from coord.clients.consents.codes import Basis, Purpose, Signer
from coord.clients.consents.rules import GivenConsent
from coord.clients.stories.codes import StoryMove, StoryState
from coord.clients.stories.ending import KEEPER, end_stories_that_ran_out
from coord.clients.stories.inputs import MoveStory, WriteStory
from coord.clients.stories.moving import move_story
from coord.clients.stories.reads import stories_of_client, stories_waiting, told_stories
from coord.clients.stories.rules import MOVES, consent_for_story, digest_of_story, identity_in, told_until, wrong_move
from coord.clients.stories.tables import Story, ToldStory
from coord.clients.stories.writing import write_story
from coord.kernel.clock import now, today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.rights.inputs import RestrictClient
from coord.rights.restricting import restrict_client
from coord.work import begin
from coord.work.engine import Database
from tests.coord.clients.test_consents import sharing
from tests.coord.making import stored
from tests.world import BUILDER, CENTER, LIN, PROGRAM_ID, SOUTH_ZHAO, cast, fixed

pytestmark = pytest.mark.anyio
TODAY = today("Asia/Shanghai")
RANDOM = 4
TEXT = "她出院后不敢出门。社工陪她去了三次社区活动，春天她重新开始工作。"


async def allow(client: uuid.UUID = LIN, actor: Actor = cast.sam, **changed: Any) -> uuid.UUID:
    """A consent to stories for everybody, for a year."""
    given = {"client": str(client), "purpose": "PHOTO_OR_CASE_USE", "recipients": None, "categories": None, **changed}
    async with begin(actor) as unit:
        return (await record_consent(unit, sharing(**given))).consent_id


async def write(actor: Actor = cast.sam, client: uuid.UUID = LIN, **changed: Any) -> uuid.UUID:
    """A story that names nobody."""
    given = {"client": client, "title": "重新出门", "text": TEXT, **changed}
    async with begin(actor) as unit:
        return await write_story(unit, WriteStory.parse(given))


async def move(story: uuid.UUID, step: StoryMove, actor: Actor = cast.sun, reason: str | None = None) -> None:
    """One step of one person."""
    async with begin(actor) as unit:
        await move_story(unit, MoveStory(story=story, move=step, reason=reason))


async def told() -> uuid.UUID:
    """A story that two people brought to where it may be told."""
    await allow()
    made = await write()
    await move(made, StoryMove.APPROVE)
    return made


async def withdraw(consent: uuid.UUID) -> None:
    """End a consent at once."""
    given = {"idempotency_key": str(uuid.uuid4()), "consent": str(consent)}
    async with begin(cast.sam) as unit:
        await withdraw_consent(unit, WithdrawConsent.parse(given))


async def listed(day: date = TODAY) -> Sequence[str]:
    """What the foundation may choose from."""
    async with begin(cast.ola, read_only=True) as unit:
        return [one.text for one in await told_stories(unit, PROGRAM_ID, day)]


async def test_a_story_that_two_people_agreed_on_reaches_the_foundation_without_the_person(database: Database) -> None:
    made = await told()
    (row,) = await stored(ToldStory)
    assert not {"client_id", "hospital_id", "consent_id"} & set(ToldStory.model_fields)
    assert row.digest == digest_of_story(made, "重新出门", TEXT, row.salt)
    assert row.last_day == TODAY + timedelta(days=365)
    # An id of the clock would tell everybody the moment at which the story was written.
    assert made.version == RANDOM
    assert await listed() == [TEXT]
    async with begin(cast.ola, read_only=True) as unit:
        with pytest.raises(NotAllowed):
            await stories_waiting(unit)
    async with begin(cast.nia, read_only=True) as unit:
        with pytest.raises(NotFound):
            await stories_of_client(unit, LIN)
    entries = await stored(AuditEntry, AuditEntry.verb.startswith("story."))
    assert {entry.verb for entry in entries} == {"story.write", "story.approve", "story.tell"}
    assert all(TEXT not in entry.body.decode() for entry in entries)


@pytest.mark.parametrize(
    "changed",
    [
        {"purpose": "SERVICE", "expires_on": None},
        {"purpose": "INFORMATION_SHARING", "recipients": [str(CENTER)], "categories": ["IMAGES_AND_STORY"]},
        {"recipients": [str(CENTER)]},
        {"basis": "LEGAL_MANDATE", "document": "Letter 7", "signer": None},
    ],
)
async def test_no_other_consent_stands_in_for_one_to_stories(database: Database, changed: dict[str, Any]) -> None:
    await allow(**changed)
    with pytest.raises(Conflict) as refused:
        await write()
    assert [one.code for one in refused.value.problems] == ["NO_CONSENT_FOR_STORY"]
    assert await stored(Story) == []


async def test_the_author_does_not_decide_and_a_worker_neither(database: Database) -> None:
    await allow()
    made = await write(cast.sun)
    for actor, wrong in ((cast.sun, Conflict), (cast.sam, NotAllowed), (cast.ola, NotAllowed), (cast.nia, NotAllowed)):
        with pytest.raises(wrong):
            await move(made, StoryMove.APPROVE, actor)
    assert [one.state for one in await stored(Story)] == [StoryState.WAITING]
    assert await stored(ToldStory) == []


async def test_a_story_goes_back_with_a_reason_and_comes_again(database: Database) -> None:
    await allow()
    made = await write()
    with pytest.raises(Invalid):
        await move(made, StoryMove.RETURN)
    await move(made, StoryMove.RETURN, reason="Her street can be guessed.")
    with pytest.raises(Conflict):
        await move(made, StoryMove.APPROVE)
    assert await write(story=made, text=TEXT + "她说这是新的开始。") == made
    await move(made, StoryMove.APPROVE)
    assert await listed() == [TEXT + "她说这是新的开始。"]


async def test_a_withdrawn_consent_takes_the_words_in_the_same_moment(database: Database) -> None:
    consent = await allow()
    made = await write()
    await move(made, StoryMove.APPROVE)
    digest = (await stored(ToldStory))[0].digest
    await withdraw(consent)
    (story,), (row,) = await stored(Story), await stored(ToldStory)
    assert (story.state, story.title, story.text) == (StoryState.ENDED, "", "")
    assert (row.title, row.text, row.salt, row.digest) == ("", "", "", digest)
    assert row.ended_at is not None
    assert await listed() == []
    with pytest.raises(Conflict):
        await write()


async def test_an_approval_asks_for_the_consent_again(database: Database) -> None:
    consent = await allow()
    made = await write()
    async with begin(BUILDER) as unit:
        day = TODAY - timedelta(days=1)
        # As if it had been written a year ago: the consent has run out since.
        await unit.session.run(
            update(Story).where(col(Story.id) == made).values(written_at=now() - timedelta(days=400))
        )
    async with begin(cast.sam, read_only=True) as unit:
        (shown,) = await stories_of_client(unit, LIN)
    assert shown.state is StoryState.WAITING
    assert await listed(day) == []
    await withdraw(consent)
    with pytest.raises(Conflict):
        await move(made, StoryMove.APPROVE)
    assert await stored(ToldStory) == []


async def test_after_the_last_day_of_the_consent_nothing_is_told(database: Database) -> None:
    await told()
    assert await listed(TODAY + timedelta(days=365)) == [TEXT]
    assert await listed(TODAY + timedelta(days=366)) == []


async def test_the_words_leave_the_rows_the_day_after_the_consent_ran_out(database: Database) -> None:
    approved = await told()
    waiting = await write(title="另一个故事")
    for days, ended, words in ((365, 0, TEXT), (366, 2, ""), (367, 0, "")):
        async with begin(KEEPER) as unit:
            unit.started_at = now() + timedelta(days=days)
            assert await end_stories_that_ran_out(unit) == ended
        assert [(one.id, one.text) for one in await stored(ToldStory)] == [(approved, words)]
        assert {one.id: one.text for one in await stored(Story)} == {approved: words, waiting: words}
    assert {one.state for one in await stored(Story)} == {StoryState.ENDED}
    (row,) = await stored(ToldStory)
    assert (row.title, row.salt, len(row.digest)) == ("", "", 64)


async def test_restricting_a_person_ends_their_stories(database: Database) -> None:
    await told()
    async with begin(cast.sam) as unit:
        await restrict_client(unit, RestrictClient(client=LIN, reason="A dispute about the file."))
    assert [(one.text, one.ended_at is None) for one in await stored(ToldStory)] == [("", False)]


async def test_a_team_takes_one_story_back_and_keeps_the_consent(database: Database) -> None:
    first = await told()
    second = await write(title="另一个故事")
    await move(second, StoryMove.APPROVE)
    with pytest.raises(NotFound):
        await move(first, StoryMove.END, cast.nia)
    await move(first, StoryMove.END, cast.sam)
    assert {one.id: one.text for one in await stored(ToldStory)} == {first: "", second: TEXT}


@pytest.mark.parametrize("values", [{"text": "Other words that nobody approved."}, {"digest": "0" * 64}, {"salt": "1"}])
async def test_the_database_keeps_what_was_approved(database: Database, values: dict[str, str]) -> None:
    made = await told()
    with pytest.raises(DBAPIError, match="told as it is"):
        async with begin(BUILDER) as unit:
            await unit.session.run(update(ToldStory).where(col(ToldStory.id) == made).values(values))
    assert [one.text for one in await stored(ToldStory)] == [TEXT]


async def test_a_worker_writes_about_the_own_people_alone(database: Database) -> None:
    await allow()
    for actor, client in ((cast.nia, LIN), (cast.sam, SOUTH_ZHAO)):
        with pytest.raises(NotFound):
            await write(actor, client)
    for actor in (cast.ola, cast.fatima, cast.adam, cast.cai):
        with pytest.raises(NotAllowed):
            await write(actor)
    assert await stored(Story) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("林芳开始工作了，家里人都很高兴。", ["NAMES_SOMEBODY"]),
        ("林 芳开始工作了，家里人都很高兴。", ["NAMES_SOMEBODY"]),
        ("秀兰开始工作了，家里人都很高兴。", ["NAMES_SOMEBODY"]),
        ("In the North she found work again.", ["NAMES_SOMEBODY"]),
        ("她在2026年3月5日出院，之后很少出门。", ["EXACT_DAY"]),
        ("그녀는 3월 5일에 퇴원했다고 말했다.", ["EXACT_DAY"]),
        ("She left the ward on 5 March and stayed in.", ["EXACT_DAY"]),
        ("有事打 138 0013 8000 找她，她会接。", ["PHONE_OR_MAIL"]),
        ("Write to her: her.name@mail.example please.", ["PHONE_OR_MAIL"]),
        ("三十多岁，去年春天出院，参加了12次小组。", []),
        ("She may go out again, northern winds or not.", []),
    ],
)
def test_words_that_lead_to_somebody_are_found(text: str, codes: list[str]) -> None:
    names = ["林芳", "陈秀兰", "北岸医院 North", "NORTH-0001"]
    assert [one.code for one in identity_in("text", text, names)] == codes


async def test_a_story_with_the_persons_name_is_not_kept(database: Database) -> None:
    await allow()
    with pytest.raises(Invalid) as refused:
        await write(text="林芳NORTH 出院后不敢出门，现在每周来小组。")
    assert [(one.field, one.code) for one in refused.value.problems] == [("text", "NAMES_SOMEBODY")]
    assert await stored(Story) == []


@pytest.mark.parametrize("state", list(StoryState))
@pytest.mark.parametrize("step", list(StoryMove))
@pytest.mark.parametrize("is_author", [True, False])
def test_every_state_and_move_and_person(state: StoryState, step: StoryMove, is_author: bool) -> None:
    author, other = fixed("user/sam"), fixed("user/sun")
    wrong = wrong_move(state, step, author if is_author else other, author)
    allowed = {
        (StoryState.WAITING, StoryMove.APPROVE, False), (StoryState.WAITING, StoryMove.RETURN, False),
        *((one, StoryMove.END, who) for one in StoryState if one is not StoryState.ENDED for who in (True, False)),
    }  # fmt: skip
    assert (wrong is None) == ((state, step, is_author) in allowed)
    assert ((state, step) in MOVES) or wrong is not None


def consent(signer: Signer = Signer.SELF, given_on: date = date(2026, 1, 1)) -> GivenConsent:
    """A consent to stories for a year."""
    at = now()
    return GivenConsent(
        id=fixed("consent"), client_id=LIN, purpose=Purpose.PHOTO_OR_CASE_USE,
        categories=frozenset({"IMAGES_AND_STORY"}), recipients=frozenset(), basis=Basis.CONSENT, signer=signer,  # type: ignore[arg-type]
        relation=None, channel="PAPER", text_version="1", language="en", given_on=given_on,  # type: ignore[arg-type]
        expires_on=date(2030, 1, 1), starts_at=at - timedelta(days=1), expires_at=None, withdrawn_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("signer", "born", "until"),
    [
        (Signer.SELF, 2010, date(2030, 1, 1)),
        (Signer.GUARDIAN, 2010, date(2027, 12, 31)),
        (Signer.GUARDIAN, None, date(2030, 1, 1)),
        (Signer.GUARDIAN, 1990, date(2030, 1, 1)),
    ],
)
def test_a_guardians_consent_to_stories_ends_before_the_person_is_of_age(
    signer: Signer, born: int | None, until: date
) -> None:
    given = consent(signer)
    assert told_until(given, born) == until
    assert consent_for_story([given], now(), until, born) is given
    assert consent_for_story([given], now(), until + timedelta(days=1), born) is None
