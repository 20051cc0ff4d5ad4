"""Writing agreements: gifts, drafts, amendments, and who signs them."""

from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.agreements.codes import AgreementMove, AgreementState, EntryKind, GiftKind
from coord.agreements.inputs import AddAgreement, Amend, ApproveAmendment, MoveAgreement, RecordGift
from coord.agreements.locking import locked, money_of, version_of
from coord.agreements.machine import AGREEMENT_STEPS, RUNNING, UNPAID, step_of
from coord.agreements.tables import Agreement, AgreementVersion, Gift, LedgerEntry, Tranche
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.ids import uuid7
from coord.kernel.money import minor_units
from coord.kernel.sql import select
from coord.programs import ProgramFacts, take_part
from coord.programs.tables import Program
from coord.results.actions import program_run
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed


async def _check_party(unit: Unit, field: str, organization: UUID, program: ProgramFacts) -> None:
    if not await take_part(unit, [organization], program.id):
        raise Invalid(Problem(field, "NO_SUCH_ORGANIZATION"))


async def _is_fictional(unit: Unit, program_id: UUID) -> bool:
    """Money of an invented program is invented, and marked as such."""
    return (await unit.find(Program, program_id)).fictional


async def today_of(unit: Unit, program_id: UUID) -> date:
    """Today in the program's time zone."""
    return local_date(unit.started_at, (await unit.find(Program, program_id)).time_zone)


async def check_not_ahead(unit: Unit, program_id: UUID, field: str, day: date) -> None:
    """Money moves and papers are signed today or earlier. Raises ``Invalid`` for a day to come."""
    if day > await today_of(unit, program_id):
        raise Invalid(Problem(field, "FUTURE_DATE"))


@action("agreement.manage")
async def record_gift(unit: Unit, given: RecordGift) -> UUID:
    """Record what a sponsor gave; goods and hours are described, and stated with their worth.

    Raises ``Invalid`` for a sponsor that takes no part, a day to come, and goods that are missing or out of place.
    """
    known = await replayed(unit, given.idempotency_key, given)
    if known is not None:
        return known
    program = await program_run(unit, given.program)
    await _check_party(unit, "sponsor", given.sponsor, program)
    await check_not_ahead(unit, program.id, "received_on", given.received_on)
    if (given.kind is GiftKind.IN_KIND) != (given.goods is not None):
        raise Invalid(Problem("goods", "REQUIRED" if given.goods is None else "GOODS_OUT_OF_PLACE"))
    row = Gift(
        id=uuid7(), program_id=program.id, sponsor_id=given.sponsor, kind=given.kind, title=given.title, purpose=given.purpose,
        goods=given.goods, amount=minor_units("amount", given.amount, given.currency), currency=given.currency,
        received_on=given.received_on, related_party=given.related_party,
        fictional=await _is_fictional(unit, program.id), recorded_by_id=unit.actor.user_id,
        recorded_at=unit.started_at,
    )  # fmt: skip
    earlier = await remember(unit, given.idempotency_key, given, row.id)
    if earlier is not None:
        return earlier
    unit.add(row)
    audit.record(unit, "gift.record", row)
    return row.id


@action("agreement.manage")
async def add_agreement(unit: Unit, given: AddAgreement) -> UUID:
    """Draft an agreement. Raises ``Invalid`` for wrong parties, days or amounts, ``Conflict`` for a known reference."""
    known = await replayed(unit, given.idempotency_key, given)
    if known is not None:
        return known
    program = await program_run(unit, given.program)
    await _check_parties(unit, given, program)
    row = Agreement(
        id=uuid7(), program_id=program.id, gift_id=given.gift, funder_id=given.funder, grantee_id=given.grantee,
        reference=given.reference, currency=given.currency, related_party=given.related_party,
        fictional=await _is_fictional(unit, program.id),
        created_by_id=unit.actor.user_id, created_at=unit.started_at,
    )  # fmt: skip
    first = AgreementVersion(
        agreement_id=row.id, title=given.title, purpose=given.purpose,
        committed=minor_units("committed", given.committed, given.currency), starts_on=given.starts_on,
        ends_on=given.ends_on, proposed_by_id=unit.actor.user_id, proposed_at=unit.started_at,
    )  # fmt: skip
    earlier = await remember(unit, given.idempotency_key, given, row.id)
    if earlier is not None:
        return earlier
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("reference", "REFERENCE_TAKEN")) from None
    unit.add(first)
    audit.record(unit, "agreement.add", row)
    audit.record(unit, "agreement.propose", first)
    return row.id


async def _check_parties(unit: Unit, given: AddAgreement, program: ProgramFacts) -> None:
    _check_days(given.starts_on, given.ends_on)
    if given.funder == given.grantee:
        raise Invalid(Problem("grantee", "SAME_PARTY"))
    await _check_party(unit, "funder", given.funder, program)
    await _check_party(unit, "grantee", given.grantee, program)
    if given.gift is not None:
        gift = await unit.session.get(Gift, given.gift)
        if gift is None or gift.program_id != program.id:
            raise Invalid(Problem("gift", "NO_SUCH_GIFT"))
        if gift.currency != given.currency:
            raise Invalid(Problem("currency", "OTHER_CURRENCY", {"currency": gift.currency}))


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))


@action("agreement.manage")
async def amend(unit: Unit, given: Amend) -> int:
    """Write a draft again, or propose an amendment of a running agreement; returns the version that was written.

    Raises ``Conflict`` while another amendment waits, and when the agreement can no longer be changed.
    """
    agreement = await locked(unit, given.agreement)
    _check_days(given.starts_on, given.ends_on)
    agreed = given.model_dump(include={"title", "purpose", "starts_on", "ends_on"})
    agreed["committed"] = minor_units("committed", given.committed, agreement.currency)
    if agreement.state is AgreementState.DRAFT:
        return await _rewrite(unit, agreement, agreed)
    if agreement.state not in RUNNING:
        raise Conflict(Problem("agreement", "AGREEMENT_NOT_IN_STATE", {"state": f"agreement_state.{agreement.state}"}))
    if given.reason is None:
        raise Invalid(Problem("reason", "REQUIRED"))
    latest = select(func.max(AgreementVersion.version)).where(col(AgreementVersion.agreement_id) == agreement.id)
    number = int(await unit.scalar(latest) or 0) + 1
    if number > agreement.version + 1:
        raise Conflict(Problem("agreement", "AMENDMENT_WAITS"))
    row = AgreementVersion(
        **agreed, agreement_id=agreement.id, version=number, reason=given.reason, proposed_by_id=unit.actor.user_id,
        proposed_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "agreement.propose", row, reason=given.reason)
    return number


async def _rewrite(unit: Unit, agreement: Agreement, agreed: dict[str, object]) -> int:
    first = await version_of(unit, agreement)
    before = audit.facts(first)
    for name, value in agreed.items():
        setattr(first, name, value)
    first.proposed_by_id, first.proposed_at = unit.actor.user_id, unit.started_at
    audit.record(unit, "agreement.propose", first, before=before)
    return first.version


@action("agreement.approve")
async def approve_amendment(unit: Unit, given: ApproveAmendment) -> UUID:
    """Let a proposed version hold; what is committed more or less is booked.

    Raises ``Conflict`` for the person who proposed it, for a version that does not wait, and where more is paid
    already than would be committed.
    """
    agreement = await locked(unit, given.agreement)
    await check_not_ahead(unit, agreement.program_id, "signed_on", given.signed_on)
    statement = select(AgreementVersion).where(
        col(AgreementVersion.agreement_id) == agreement.id, col(AgreementVersion.version) == given.version
    )
    version: AgreementVersion | None = await unit.scalar(statement)
    if version is None or given.version != agreement.version + 1 or agreement.state not in RUNNING:
        raise Conflict(Problem("version", "NO_SUCH_AMENDMENT"))
    if version.proposed_by_id == unit.actor.user_id:
        raise Conflict(Problem("agreement", "ANOTHER_PERSON_MUST"))
    money = await money_of(unit, agreement)
    if version.committed < money.paid:
        raise Conflict(Problem("committed", "BELOW_PAID"))
    before = audit.facts(agreement)
    approve_version(unit, version, given.signed_on)
    await unit.session.flush()
    agreement.version = version.version
    book_commitment(unit, agreement, version.committed - money.committed, given.signed_on)
    audit.record(unit, "agreement.amend", agreement, before=before, reason=version.reason)
    return agreement.id


def approve_version(unit: Unit, version: AgreementVersion, signed_on: date) -> None:
    """From now on this version never changes."""
    version.approved_by_id, version.approved_at, version.signed_on = unit.actor.user_id, unit.started_at, signed_on


def book_commitment(unit: Unit, agreement: Agreement, amount: int, day: date) -> None:
    """What is committed more, or less, by a signature."""
    if amount:
        row = LedgerEntry(
            agreement_id=agreement.id, kind=EntryKind.COMMITMENT, amount=amount, currency=agreement.currency,
            booked_on=day, recorded_by_id=unit.actor.user_id, recorded_at=unit.started_at,
        )  # fmt: skip
        unit.add(row)
        audit.record(unit, "ledger.book", row)


@action("agreement.manage")
async def move_agreement(unit: Unit, given: MoveAgreement) -> UUID:
    """Move an agreement on by the table of steps.

    Raises ``NotFound`` for a foreign one, ``NotAllowed`` without the step's verb, ``Conflict`` for another state, for
    signing what one submitted, for closing while money is promised, ``Invalid`` without the reason a step needs.
    """
    agreement = await locked(unit, given.agreement)
    step = step_of(AGREEMENT_STEPS, agreement.state, given.move)
    if step is None:
        raise Conflict(Problem("agreement", "AGREEMENT_NOT_IN_STATE", {"state": f"agreement_state.{agreement.state}"}))
    unit.actor.require(step.verb)
    if step.needs_reason and given.reason is None:
        raise Invalid(Problem("reason", "REQUIRED"))
    before = audit.facts(agreement)
    await _before_move(unit, agreement, given)
    agreement.state, agreement.reason = step.end, given.reason
    audit.record(unit, f"agreement.{given.move.value.lower()}", agreement, before=before, reason=given.reason)
    return agreement.id


async def _before_move(unit: Unit, agreement: Agreement, given: MoveAgreement) -> None:
    """What a step checks and does besides."""
    if given.move is AgreementMove.SUBMIT:
        agreement.submitted_by_id = unit.actor.user_id
    elif given.move is AgreementMove.RETURN:
        agreement.submitted_by_id = None
    elif given.move is AgreementMove.SIGN:
        await _sign(unit, agreement, given)
    elif given.move is AgreementMove.CLOSE:
        promised = select(Tranche.id).where(
            col(Tranche.agreement_id) == agreement.id, col(Tranche.state).in_(sorted(UNPAID))
        )
        if await unit.count(promised):
            raise Conflict(Problem("agreement", "TRANCHES_OPEN"))


async def _sign(unit: Unit, agreement: Agreement, given: MoveAgreement) -> None:
    if given.signed_on is None:
        raise Invalid(Problem("signed_on", "REQUIRED"))
    await check_not_ahead(unit, agreement.program_id, "signed_on", given.signed_on)
    version = await version_of(unit, agreement)
    if unit.actor.user_id in {agreement.submitted_by_id, version.proposed_by_id}:
        raise Conflict(Problem("agreement", "ANOTHER_PERSON_MUST"))
    agreement.signed_by_id = unit.actor.user_id
    approve_version(unit, version, given.signed_on)
    book_commitment(unit, agreement, version.committed, given.signed_on)
