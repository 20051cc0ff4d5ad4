"""Adding workers."""

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.organizations.tables import Organization
from coord.work import Unit, action
from coord.workforce.inputs import AddWorker
from coord.workforce.tables import Worker


@action("worker.manage")
async def add_worker(unit: Unit, given: AddWorker) -> Worker:
    """Add a worker.

    Raises ``Conflict`` when the code or the account is taken, ``Invalid`` for an unknown employer.
    """
    if await unit.session.get(Organization, given.employer_id) is None:
        raise Invalid(Problem("employer_id", "NO_SUCH_ORGANIZATION"))
    row = Worker(**given.model_dump())
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    audit.record(unit, "worker.add", row)
    return row
