"""What the law wants published of a program and its money: what is due, what was published, reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord import audit, notices
from coord.access import Role
from coord.agreements.codes import AgreementState, DisclosureKind
from coord.agreements.drafting import check_not_ahead
from coord.agreements.inputs import RecordDisclosure
from coord.agreements.machine import BEFORE_SIGNATURE
from coord.agreements.rules import Due, final_due, progress_due, related_due, reminder_on
from coord.agreements.tables import Agreement, AgreementVersion, Disclosure, Gift
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind
from coord.programs.tables import Program
from coord.results.actions import program_run
from coord.work import Unit, action, read

_MOST = 500


@dataclass(frozen=True, slots=True)
class DueDisclosure:
    """Something to publish by a day: of the program, of an agreement, or of a gift, with its title."""

    kind: DisclosureKind
    due_on: date
    title: str
    agreement_id: UUID | None = None
    gift_id: UUID | None = None

    @property
    def key(self) -> str:
        """Names the thing and its day, so that the next one is another."""
        return f"{self.kind}/{self.agreement_id or self.gift_id or 'program'}/{self.due_on}"


@dataclass(frozen=True, slots=True)
class Of:
    """The program whose disclosures are asked for."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date | None


@read("agreement.list")
async def disclosures_due(unit: Unit, program: Of, today: date) -> Sequence[DueDisclosure]:
    """What is to be published of a program: overdue, or the next of its kind. Three statements."""
    statement = select(Disclosure).where(col(Disclosure.program_id) == program.id).order_by(col(Disclosure.id))
    done: Sequence[Disclosure] = await unit.scalars(statement.limit(_MOST))
    found = [DueDisclosure(due.kind, due.due_on, program.name) for due in _of_program(program, done, today)]
    published = {one.agreement_id or one.gift_id for one in done if one.kind is DisclosureKind.RELATED_PARTY}
    found += [one for one in await _related(unit, program.id) if (one.agreement_id or one.gift_id) not in published]
    return sorted(found, key=lambda one: (one.due_on, one.key))


def _of_program(program: Of, done: Sequence[Disclosure], today: date) -> Sequence[Due]:
    told = [one.published_on for one in done if one.kind is DisclosureKind.PROGRESS]
    coming = progress_due(program.starts_on, program.ends_on, max(told, default=None))
    found = [] if coming is None else [coming]
    is_over = program.ends_on is not None and today > program.ends_on
    if program.ends_on is not None and is_over and not any(one.kind is DisclosureKind.FINAL for one in done):
        found.append(final_due(program.ends_on))
    return found


async def _related(unit: Unit, program_id: UUID) -> Sequence[DueDisclosure]:
    """Gifts of related parties by the day they came, agreements with them by the day they were signed."""
    given = select(Gift.id, Gift.title, Gift.received_on).where(
        col(Gift.program_id) == program_id, col(Gift.related_party).is_(True)
    )
    signed = (
        select(Agreement.id, AgreementVersion.title, AgreementVersion.signed_on)
        .join(AgreementVersion, col(AgreementVersion.agreement_id) == col(Agreement.id))
        .where(
            col(Agreement.program_id) == program_id, col(Agreement.related_party).is_(True),
            col(Agreement.state).in_([one for one in AgreementState if one not in BEFORE_SIGNATURE]),
            col(AgreementVersion.version) == 1, col(AgreementVersion.signed_on).is_not(None),
        )
    )  # fmt: skip
    kind = DisclosureKind.RELATED_PARTY
    gifts = [
        DueDisclosure(kind, related_due(day).due_on, title, gift_id=key)
        for key, title, day in await unit.rows(given.limit(_MOST))
    ]
    agreed = [
        DueDisclosure(kind, related_due(day).due_on, title, agreement_id=key)
        for key, title, day in await unit.rows(signed.limit(_MOST))
    ]
    return [*gifts, *agreed]


@action("agreement.manage")
async def record_disclosure(unit: Unit, given: RecordDisclosure) -> UUID:
    """Say that something due was published. Raises ``Conflict`` where nothing of the kind is due, ``Invalid`` for a day to come."""
    program = await program_run(unit, given.program)
    await check_not_ahead(unit, program.id, "published_on", given.published_on)
    today = local_date(unit.started_at, program.time_zone)
    of = Of(program.id, program.name, program.starts_on, program.ends_on)
    wanted = (given.kind, given.agreement, given.gift)
    due = next(
        (d for d in await disclosures_due(unit, of, today) if (d.kind, d.agreement_id, d.gift_id) == wanted), None
    )
    if due is None:
        raise Conflict(Problem("kind", "NOTHING_DUE"))
    row = Disclosure(
        program_id=program.id, kind=given.kind, agreement_id=given.agreement, gift_id=given.gift, due_on=due.due_on,
        published_on=given.published_on, link=given.link, recorded_by_id=unit.actor.user_id,
        recorded_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "disclosure.record", row)
    return row.id


@action("job.run")
async def remind(unit: Unit) -> int:
    """Tell the officers of what is due within two weeks, and once more when it ran out; how many programs they were told of."""
    told = 0
    for program in await unit.scalars(select(Program).limit(_MOST)):
        today = local_date(unit.started_at, program.time_zone)
        of = Of(program.id, program.name, program.starts_on, program.ends_on)
        days = [reminder_on(due.due_on, today) for due in await disclosures_due(unit, of, today)]
        since = max((day for day in days if day), default=None)
        last = await notices.last_told(unit, NoticeKind.DISCLOSURE_DUE, program.id)
        if since and (last is None or local_date(last, program.time_zone) < since):
            notices.tell_holders(
                unit,
                [Role.PROGRAM_OFFICER],
                program.foundation_id,
                NoticeKind.DISCLOSURE_DUE,
                "disclosures",
                program.id,
            )
            told += 1
    return told
