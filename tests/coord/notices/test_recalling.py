"""What was undone is taken back: notices nobody read, mails that are not out, and who was still to be told."""

import pytest

from coord.contacts.reviews import undo_review
from coord.notices import NoticeKind, mark_all_read
from coord.notices.mailing import POST, mail_sent, mail_to_send
from coord.notices.tables import Notice, OutgoingMail
from coord.work import begin
from coord.work.engine import Database
from tests.coord.contacts.test_reviews import give_back, written
from tests.coord.making import stored
from tests.coord.referrals.making import E, by_target, sent
from tests.world import cast
from workers.run import run_waiting

pytestmark = pytest.mark.anyio


async def _returned_and_undone(*, read: bool = False, posted: bool = False) -> tuple[list[str], int]:
    """A record given back and taken back: the kinds of notices, and how many mails are left."""
    (record,) = await written()
    batch = await give_back(record, kind="WRONG_TIME")
    (mail,) = await stored(OutgoingMail, OutgoingMail.kind == NoticeKind.RECORD_RETURNED)
    if read:
        async with begin(cast.sam) as unit:
            await mark_all_read(unit)
    if posted:
        async with begin(POST) as unit:
            await mail_sent(unit, mail.id)
    async with begin(cast.sun) as unit:
        await undo_review(unit, batch)
    await run_waiting()
    if not posted and not read:
        async with begin(POST, read_only=True) as unit:
            assert await mail_to_send(unit, mail.id) is None
    kinds = [one.kind for one in await stored(Notice, Notice.kind == NoticeKind.RECORD_RETURNED)]
    return kinds, len(await stored(OutgoingMail, OutgoingMail.kind == NoticeKind.RECORD_RETURNED))


async def test_a_return_that_is_undone_is_not_heard_of(database: Database) -> None:
    assert await _returned_and_undone() == ([], 0)


async def test_what_was_read_stands(database: Database) -> None:
    assert await _returned_and_undone(read=True) == ([NoticeKind.RECORD_RETURNED], 1)


async def test_a_mail_that_is_out_stands(database: Database) -> None:
    assert await _returned_and_undone(posted=True) == ([], 1)


@pytest.mark.parametrize("told", [True, False], ids=["told already", "still to be told"])
async def test_an_acceptance_that_is_undone_is_not_heard_of(database: Database, told: bool) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    if told:
        await run_waiting()
        assert await stored(Notice, Notice.kind == NoticeKind.REFERRAL_ACCEPTED) != []
    await by_target(made, E.UNDO_ACCEPT)
    await run_waiting()
    assert await stored(Notice, Notice.kind == NoticeKind.REFERRAL_ACCEPTED) == []
    await by_target(made, E.ACCEPT)
    await run_waiting()
    assert len(await stored(Notice, Notice.kind == NoticeKind.REFERRAL_ACCEPTED)) > 0
