"""Asking for an erasure and agreeing to it: two people, each of whom has just shown who they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.access import Role, system
from coord.cases.codes import OVER
from coord.cases.tables import CaseFile
from coord.clients.access import in_care_of
from coord.clients.codes import ErasureBasis
from coord.clients.merging import former_files
from coord.clients.tables import Client
from coord.clients.tombstones import refuse_erased
from coord.identity.freshness import check_confirmed
from coord.identity.reads import HOME_ZONE
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.placements.tables import Placement
from coord.referrals.machine import OPEN
from coord.referrals.tables import Referral
from coord.rights.erasure.erasing import erase
from coord.rights.erasure.inputs import AskErasure
from coord.rights.erasure.retention import hold_date
from coord.rights.erasure.tables import ErasureRequest
from coord.rights.restricting import end_erasure_restriction, restrict_until_erased
from coord.work import Unit, action, begin, read

_MOST = 200
_CLERK = system(
    "erasure requests", "tells the care team the code of a client whose erasure was asked for", "client.list"
)
"""A request can wait for years, and its client is restricted: nobody of the care team sees the file, all see the code."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the care team sees it: by the client's code, also while the file itself is restricted."""

    id: UUID
    client_id: UUID
    code: str
    basis: ErasureBasis
    asked_at: datetime
    due_on: date
    is_own: bool
    is_agreed: bool


@action("client.ask_erasure")
async def ask_erasure(unit: Unit, session_id: UUID, given: AskErasure) -> UUID:
    """Ask that a client of the actor's own care be erased; the request's id.

    Where the law keeps the record longer, it is restricted from now on: PIPL 47, GDPR 18.
    Raises ``NotConfirmed`` without a fresh proof, ``NotFound`` for clients of others, ``Erased`` for a tombstone,
    ``Conflict`` while a case or a referral is going on, or when it was asked before.
    """
    await check_confirmed(unit, session_id)
    client = await unit.find(Client, given.client)
    if not in_care_of(unit.actor, client.hospital_id) or unit.actor.user_id is None:
        raise NotFound
    refuse_erased(client)
    files = [client.id, *await former_files(unit, client.id)]
    await _refuse_what_goes_on(unit, files)
    row = ErasureRequest(
        client_id=client.id, hospital_id=client.hospital_id, basis=given.basis, asked_by_id=unit.actor.user_id,
        asked_at=unit.started_at, due_on=await hold_date(unit, files),
    )  # fmt: skip
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("client", "ERASURE_ASKED_ALREADY")) from None
    audit.record(unit, "client.ask_erasure", row)
    if row.due_on > local_date(unit.started_at, HOME_ZONE):
        await restrict_until_erased(unit, client, given.basis)
    await _tell_supervisors(unit, client)
    return row.id


async def _tell_supervisors(unit: Unit, client: Client) -> None:
    """Those of the hospital, and of the agencies whose people work there."""
    employers = select(Placement.employer_id).where(col(Placement.hospital_id) == client.hospital_id).distinct()
    for place in {client.hospital_id, *await unit.scalars(employers.limit(_MOST))}:
        tell_holders(unit, [Role.SUPERVISOR], place, NoticeKind.ERASURE_ASKED, "erasure", client.id)


async def _refuse_what_goes_on(unit: Unit, files: Sequence[UUID]) -> None:
    case = select(CaseFile.id).where(col(CaseFile.client_id).in_(files), col(CaseFile.status).not_in(OVER))
    if await unit.scalar(case.limit(1)) is not None:
        raise Conflict(Problem("client", "ERASURE_CASE_OPEN"))
    referral = select(Referral.id).where(col(Referral.client_id).in_(files), col(Referral.state).in_(OPEN))
    if await unit.scalar(referral.limit(1)) is not None:
        raise Conflict(Problem("client", "ERASURE_REFERRAL_OPEN"))


async def _open(unit: Unit, request_id: UUID) -> ErasureRequest:
    statement = select(ErasureRequest).where(col(ErasureRequest.id) == request_id).with_for_update()
    row: ErasureRequest | None = await unit.scalar(statement)
    if row is None:
        raise NotFound
    if row.ended_at is not None or row.erased_at is not None:
        raise Conflict(Problem("request", "ERASURE_OVER"))
    return row


@action("client.erase")
async def agree_to_erasure(unit: Unit, session_id: UUID, request_id: UUID) -> date:
    """Agree as a second person: the person is erased on the day that is returned, or at once if it has come.

    Raises ``NotConfirmed`` without a fresh proof, ``Invalid`` for what one asked for oneself, ``Conflict`` once it is
    over.
    """
    await check_confirmed(unit, session_id)
    row = await _open(unit, request_id)
    if row.asked_by_id == unit.actor.user_id:
        raise Invalid(Problem("request", "ERASURE_SECOND_PERSON"))
    if row.agreed_at is not None:
        raise Conflict(Problem("request", "ERASURE_AGREED_ALREADY"))
    row.agreed_by_id, row.agreed_at = unit.actor.user_id, unit.started_at
    audit.record(unit, "client.agree_to_erasure", row)
    unit.later("rights.erase_due")
    return row.due_on


@action("client.ask_erasure")
async def end_request(unit: Unit, request_id: UUID) -> None:
    """Take a request back, or refuse it, before it is done; the file is shown again. Raises ``Conflict`` once it is over."""
    row = await _open(unit, request_id)
    row.ended_at = unit.started_at
    audit.record(unit, "client.end_erasure_request", row)
    await end_erasure_restriction(unit, row.client_id)


@read("client.ask_erasure")
async def open_requests(unit: Unit, client_id: UUID | None = None) -> Sequence[Asked]:
    """Requests about the own clients that are not done yet, the oldest first."""
    statement = (
        select(ErasureRequest)
        .where(col(ErasureRequest.erased_at).is_(None), col(ErasureRequest.ended_at).is_(None))
        .order_by(col(ErasureRequest.id))
        .limit(_MOST)
    )
    if client_id is not None:
        statement = statement.where(col(ErasureRequest.client_id) == client_id)
    rows: Sequence[ErasureRequest] = await unit.scalars(statement)
    if not rows:
        return []
    async with begin(_CLERK, read_only=True) as other:
        codes = await _codes(other, [row.client_id for row in rows])
    return [_asked(row, codes[row.client_id], unit.actor.user_id) for row in rows]


@read("client.list")
async def _codes(unit: Unit, clients: Sequence[UUID]) -> Mapping[UUID, str]:
    return dict(
        map(tuple, await unit.rows(select(Client.id, Client.code).where(col(Client.id).in_(clients)).limit(_MOST)))
    )


def _asked(row: ErasureRequest, code: str, reader: UUID | None) -> Asked:
    own, agreed = row.asked_by_id == reader, row.agreed_at is not None
    return Asked(row.id, row.client_id, code, row.basis, row.asked_at, row.due_on, own, agreed)


@action("job.run")
async def erase_due(unit: Unit) -> int:
    """Do what two people agreed to and no law forbids any more; how many requests that were.

    The day is looked at anew, with every organization's rows: care may have gone on since somebody asked.
    """
    today = local_date(unit.started_at, HOME_ZONE)
    waiting = select(ErasureRequest).where(
        col(ErasureRequest.agreed_at).is_not(None),
        col(ErasureRequest.ended_at).is_(None),
        col(ErasureRequest.erased_at).is_(None),
        col(ErasureRequest.due_on) <= today,
    )
    done = 0
    for row in await unit.scalars(waiting.order_by(col(ErasureRequest.id)).limit(_MOST).with_for_update()):
        row.due_on = await hold_date(unit, [row.client_id, *await former_files(unit, row.client_id)])
        if row.due_on <= today:
            await erase(unit, row.client_id, today, row.basis)
            row.erased_at = unit.started_at
            done += 1
    return done
