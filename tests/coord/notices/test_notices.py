"""Telling people: in the same transaction, each their own, without a word about any person."""

from contextlib import suppress

import pytest

from coord.access import Role
from coord.identity.tables import Membership, User
from coord.kernel.errors import NotAllowed, NotFound
from coord.language import LANGUAGES, words
from coord.notices import NoticeKind, mail_link, mark_all_read, mark_read, my_notices, tell, tell_holders, unread
from coord.notices.letters import letter
from coord.notices.mailing import POST, mail_sent, mail_to_send, mailbox
from coord.notices.tables import Notice, OutgoingMail
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import BUILDER, LIN, NORTH, SOUTH, STARTS, cast, fixed
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
SAM, NIA = fixed("user/sam"), fixed("user/nia")
SECRET = "/reset/secret-of-sam"


async def _told(*users: object) -> None:
    async with begin(cast.ola) as unit:
        tell(unit, [*users], NoticeKind.SAFETY_ALERT, "client", LIN, organization=NORTH)  # type: ignore[list-item]


async def test_a_person_reads_own_notices_and_nobody_elses(database: Database) -> None:
    await _told(SAM, SAM, NIA)
    async with begin(cast.sam, read_only=True) as unit:
        (mine,) = await my_notices(unit)
    (other,) = await stored(Notice, Notice.user_id == NIA)
    assert (mine.kind, mine.subject, mine.subject_id, mine.is_read) == (NoticeKind.SAFETY_ALERT, "client", LIN, False)
    with pytest.raises(NotFound):
        async with begin(cast.sam) as unit:
            await mark_read(unit, other.id)
    async with begin(cast.sam) as unit:
        await mark_read(unit, mine.id)
    assert [await unread(SAM), await unread(NIA)] == [0, 1]


async def test_all_of_ones_own_are_marked_read_and_no_others(database: Database) -> None:
    await _told(SAM, NIA)
    await _told(SAM)
    async with begin(cast.sam) as unit:
        await mark_all_read(unit)
    assert [await unread(SAM), await unread(NIA)] == [0, 1]


async def test_what_is_rolled_back_is_told_to_nobody(database: Database) -> None:
    with suppress(LookupError):
        async with begin(cast.ola) as unit:
            tell(unit, [SAM], NoticeKind.SAFETY_ALERT, "client", LIN)
            raise LookupError
    assert (await stored(Notice), await stored(OutgoingMail)) == ([], [])


async def test_whoever_holds_the_role_today_is_told_after_the_commit(database: Database) -> None:
    async with begin(BUILDER) as unit:
        gone = User(email="gone@demo.example", name="Gone", password_hash="x", is_active=False)
        unit.add(gone)
        await unit.session.flush()
        unit.add(Membership(user_id=gone.id, organization_id=NORTH, role=Role.SOCIAL_WORKER, starts_on=STARTS))
        unit.add(
            Membership(user_id=NIA, organization_id=NORTH, role=Role.SOCIAL_WORKER, starts_on=STARTS, ends_on=STARTS)
        )
    async with begin(cast.ola) as unit:
        tell_holders(unit, [Role.SOCIAL_WORKER], NORTH, NoticeKind.SAFETY_ALERT, "client", LIN)
    assert await stored(Notice) == []
    assert await run_waiting() == 1
    assert [row.user_id for row in await stored(Notice)] == [SAM]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_letter_has_a_sentence_and_a_link_and_nothing_else(kind: NoticeKind, language: str) -> None:
    spoken = words(language)
    written = letter(spoken, kind, "/notices")
    said = spoken(f"notice_kind.{kind}")
    assert written.subject == spoken("mail.subject", said=said)
    assert written.body == f"{said}\n\nhttp://127.0.0.1:8000/notices\n\n{spoken('mail.why')}"


async def test_no_name_code_or_place_is_in_a_mail(database: Database) -> None:
    await _told(SAM)
    (mail,) = await mailbox(cast.adam)
    canaries = ("NORTH", "林芳", "北岸", str(LIN), str(NORTH), str(SOUTH), "Sam")
    assert [word for word in canaries if word in mail.letter.subject + mail.letter.body] == []
    assert (mail.to, mail.sent_at) == ("sam@demo.example", None)


async def test_a_secret_link_is_sealed_and_forgotten_when_the_mail_is_out(database: Database) -> None:
    async with begin(cast.ola) as unit:
        mail_link(unit, SAM, NoticeKind.SAFETY_ALERT, SECRET)
    (row,) = await stored(OutgoingMail)
    assert row.link is not None
    assert SECRET.encode() not in row.link
    async with begin(POST) as unit:
        written = await mail_to_send(unit, row.id)
        assert written is not None
        assert SECRET in written.letter.body
        await mail_sent(unit, row.id)
    async with begin(POST, read_only=True) as unit:
        assert await mail_to_send(unit, row.id) is None
    assert [row.link for row in await stored(OutgoingMail)] == [None]


async def test_only_administrators_open_the_mailbox(database: Database) -> None:
    with pytest.raises(NotAllowed):
        await mailbox(cast.ola)
    assert await mailbox(cast.adam) == []
