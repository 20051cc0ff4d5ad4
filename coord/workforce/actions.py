"""Adding workers."""

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.identity.tables import User
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.organizations.tables import Organization
from coord.work import Unit, action
from coord.workforce.inputs import AddWorker
from coord.workforce.tables import Worker


@action("worker.manage")
async def add_worker(unit: Unit, given: AddWorker) -> Worker:
    """Add a worker.

    Raises ``Conflict`` when the code or the account is taken, ``Invalid`` for an employer or an account that is not
    of the actor's directory.
    """
    employer, actor = await unit.session.get(Organization, given.employer_id), unit.actor
    if employer is None or not (actor.unscoped or employer.foundation_id in actor.administers()):
        raise Invalid(Problem("employer_id", "NO_SUCH_ORGANIZATION"))
    if given.user_id is not None and await unit.session.get(User, given.user_id) is None:
        raise Invalid(Problem("user_id", "NO_SUCH_PERSON"))
    row = Worker(**given.model_dump())
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    audit.record(unit, "worker.add", row)
    return row
