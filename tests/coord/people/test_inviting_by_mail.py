"""Invitations by mail: the link and nothing else, to an address that is forgotten once the mail is out."""

from datetime import timedelta

import pytest
import time_machine

from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.notices import NoticeKind
from coord.notices.mailing import POST, Addressed, mail_sent, mail_to_send
from coord.notices.tables import OutgoingMail
from coord.people import Invite, accept_invitation, invitation_shown, invite, revoke_invitation
from coord.people.actions import send_again
from coord.people.tables import Invitation
from coord.settings import Mail, Settings
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import NORTH, cast

pytestmark = pytest.mark.anyio
NEW = {"name": "林晓", "password": "lantern umbrella seventeen"}
LIN = "lin@example.org"


async def _invited() -> str:
    given = {"email": LIN, "organization": str(NORTH), "role": "HOSPITAL_COORDINATOR"}
    async with begin(cast.adam) as unit:
        return await invite(unit, Invite.parse(given))


async def _mails() -> list[Addressed]:
    kept = sorted(await stored(OutgoingMail), key=lambda mail: mail.created_at)
    async with begin(POST, read_only=True) as unit:
        written = [await mail_to_send(unit, mail.id) for mail in kept]
    return [mail for mail in written if mail is not None]


async def test_an_invitation_goes_out_with_its_link_and_no_word_about_anybody(database: Database) -> None:
    secret = await _invited()
    (mail,) = await _mails()
    assert mail.to == LIN
    assert f"/invitation/{secret}" in mail.letter.body
    said = mail.letter.subject + mail.letter.body.replace(secret, "")
    assert not any(word in said for word in (LIN, "example.org", "北岸", "COORDINATOR", cast.adam.name))
    (row,) = await stored(OutgoingMail)
    assert (row.kind, row.user_id) == (NoticeKind.INVITATION, None)
    assert LIN.encode() not in row.address
    assert secret.encode() not in row.link


async def test_a_mail_that_is_out_forgets_address_and_link(database: Database) -> None:
    await _invited()
    (mail,) = await _mails()
    async with begin(POST) as unit:
        await mail_sent(unit, mail.id)
    (row,) = await stored(OutgoingMail)
    assert (row.address, row.link, row.sent_at is not None) == (None, None, True)
    assert await _mails() == []


async def test_without_mail_the_link_is_only_returned(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "mail", Mail.OFF)
    secret = await _invited()
    assert (await invitation_shown(secret)).email == LIN
    assert await stored(OutgoingMail) == []


async def test_a_new_link_is_mailed_and_the_old_one_is_worth_nothing(database: Database) -> None:
    first = await _invited()
    (row,) = await stored(Invitation)
    with time_machine.travel(now() + timedelta(hours=71), tick=True):
        async with begin(cast.adam) as unit:
            email, second = await send_again(unit, row.id)
    assert (email, [mail.to for mail in await _mails()]) == (LIN, [LIN, LIN])
    with time_machine.travel(now() + timedelta(hours=100), tick=True):
        with pytest.raises(NotFound):
            await invitation_shown(first)
        await accept_invitation(second, NEW)
        with pytest.raises(Conflict):
            async with begin(cast.adam) as unit:
                await send_again(unit, row.id)


async def test_a_new_link_is_not_sent_every_second_nor_by_or_for_others(database: Database) -> None:
    await _invited()
    (row,) = await stored(Invitation)
    with pytest.raises(Invalid) as early:
        async with begin(cast.adam) as unit:
            await send_again(unit, row.id)
    assert early.value.problems[0].code == "TRY_LATER"
    with pytest.raises(NotAllowed):
        async with begin(cast.ola) as unit:
            await send_again(unit, row.id)
    async with begin(cast.adam) as unit:
        await revoke_invitation(unit, row.id)
    with pytest.raises(NotFound):
        async with begin(cast.adam) as unit:
            await send_again(unit, row.id)
    assert len(await _mails()) == 1
