"""Opening posts, filling them, ending them."""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.identity.reads import HOME_ZONE
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.placements.inputs import EndPost, Fill, Place, RecordTraining
from coord.placements.people import check_role, worker_for
from coord.placements.tables import Placement
from coord.programs.setting_up import managed_program
from coord.programs.tables import Part, Participation
from coord.work import Unit, action
from coord.workforce.tables import Worker

_DAY = timedelta(days=1)


@action("placement.manage")
async def place(unit: Unit, given: Place) -> Placement:
    """Open a post, filled or vacant.

    Raises ``Invalid`` when it ends before it starts, is not of a program that the actor sets up, or names somebody
    or something that does not take part in it.
    """
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))
    _check_training(unit, given.trained_on)
    await managed_program(unit, given.program_id)
    unknown = [
        Problem(field, "NO_SUCH_ORGANIZATION")
        for field, key, part in (
            ("hospital_id", given.hospital_id, Part.HOSPITAL),
            ("employer_id", given.employer_id, None),
        )
        if not await _takes_part(unit, given.program_id, key, part)
    ]
    if not unknown and given.worker_id is not None and not await _works_for(unit, given.worker_id, given.employer_id):
        unknown.append(Problem("worker_id", "NO_SUCH_WORKER"))
    if unknown:
        raise Invalid(*unknown)
    row = Placement(**given.model_dump())
    unit.add(row)
    await unit.session.flush()
    await _take_training(unit, row, given.trained_on)
    audit.record(unit, "placement.add", row)
    return row


async def _takes_part(unit: Unit, program_id: UUID, organization_id: UUID, part: Part | None) -> bool:
    if await unit.session.get(Organization, organization_id) is None:
        return False
    joined = select(Participation.id).where(
        col(Participation.program_id) == program_id, col(Participation.organization_id) == organization_id
    )
    return await unit.scalar(joined if part is None else joined.where(col(Participation.part) == part)) is not None


async def _works_for(unit: Unit, worker_id: UUID, employer_id: UUID) -> bool:
    worker = await unit.session.get(Worker, worker_id)
    return worker is not None and worker.employer_id == employer_id


@action("placement.manage")
async def fill_post(unit: Unit, placement_id: UUID, given: Fill) -> Placement:
    """Let a person take a vacant post from a day on; who is no worker yet becomes one of the post's employer.

    Raises ``NotFound`` for a foreign post, ``Conflict`` when somebody fills it or the code is taken, ``Invalid`` for
    a day on which there is no such post, or a person who is no social worker at its hospital.
    """
    post = await _post(unit, placement_id)
    if post.worker_id is not None:
        raise Conflict(Problem("", "POST_FILLED"))
    _check_day(post, "starts_on", given.starts_on)
    _check_training(unit, given.trained_on)
    person = await check_role(unit, given.user_id, post.hospital_id)
    worker = await worker_for(unit, person, post.employer_id, given.code)
    filled, before = post, audit.facts(post)
    if given.starts_on > post.starts_on:
        filled = _rest(post, given.starts_on)
        unit.add(filled)
        _end(unit, post, given.starts_on - _DAY)
    filled.worker_id = worker.id
    await unit.session.flush()
    await _take_training(unit, filled, given.trained_on)
    audit.record(unit, "placement.fill", filled, before=before)
    return filled


@action("placement.manage")
async def end_post(unit: Unit, placement_id: UUID, given: EndPost) -> None:
    """End a post after a day; if it stays vacant, it waits from the next day on for somebody else.

    Raises ``NotFound`` for a foreign post, ``Invalid`` for a day on which there is no such post.
    """
    post = await _post(unit, placement_id)
    _check_day(post, "last_day", given.last_day)
    goes_on = post.ends_on is None or given.last_day < post.ends_on
    if given.stays_vacant and post.worker_id is not None and goes_on:
        vacant = _rest(post, given.last_day + _DAY)
        vacant.worker_id = vacant.trained_on = None
        unit.add(vacant)
        audit.record(unit, "placement.add", vacant)
    _end(unit, post, given.last_day)


@action("placement.manage")
async def record_training(unit: Unit, placement_id: UUID, given: RecordTraining) -> None:
    """Say when whoever fills a post was trained for it; it holds for all posts of theirs.

    Raises ``NotFound`` for a foreign post, ``Conflict`` for a vacant one, ``Invalid`` for a day to come.
    """
    post = await _post(unit, placement_id)
    if post.worker_id is None:
        raise Conflict(Problem("", "POST_VACANT"))
    _check_training(unit, given.trained_on)
    await _train(unit, post.worker_id, given.trained_on)


async def _train(unit: Unit, worker_id: UUID, day: date | None) -> None:
    """The training of a worker, in every post of theirs."""
    for row in await unit.scalars(select(Placement).where(col(Placement.worker_id) == worker_id)):
        before = audit.facts(row)
        row.trained_on = day
        audit.record(unit, "placement.train", row, before=before)


async def _take_training(unit: Unit, post: Placement, day: date | None) -> None:
    """A post that was just filled: what was said holds for the worker's other posts, else what was known holds here."""
    if post.worker_id is not None and day is not None:
        await _train(unit, post.worker_id, day)
    else:
        post.trained_on = await _trained_before(unit, post.worker_id)


def _check_training(unit: Unit, day: date | None) -> None:
    if day is not None and day > local_date(unit.started_at, HOME_ZONE):
        raise Invalid(Problem("trained_on", "FUTURE_DATE"))


async def _trained_before(unit: Unit, worker_id: UUID | None) -> date | None:
    """What is known of a worker's training from posts they held before."""
    held = select(Placement.trained_on).where(
        col(Placement.worker_id) == worker_id, col(Placement.trained_on).is_not(None)
    )
    found: date | None = None if worker_id is None else await unit.scalar(held.limit(1))
    return found


async def _post(unit: Unit, placement_id: UUID) -> Placement:
    # Locked: of two who fill one post, one wins.
    row: Placement | None = await unit.scalar(
        select(Placement).where(col(Placement.id) == placement_id).with_for_update()
    )
    if row is None:
        raise NotFound
    try:
        await managed_program(unit, row.program_id)
    except Invalid:
        raise NotFound from None
    return row


def _check_day(post: Placement, field: str, day: date) -> None:
    if day < post.starts_on or (post.ends_on is not None and day > post.ends_on):
        raise Invalid(Problem(field, "NO_POST_ON_THAT_DAY"))


def _rest(post: Placement, day: date) -> Placement:
    """The same post from a later day on, as a row of its own: the time before stays as it was."""
    return Placement(**post.model_dump(exclude={"id"}) | {"starts_on": day})


def _end(unit: Unit, post: Placement, day: date) -> None:
    before = audit.facts(post)
    post.ends_on = day
    audit.record(unit, "placement.end", post, before=before)
