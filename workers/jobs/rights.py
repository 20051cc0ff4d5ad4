"""Jobs of the rights of the person: what is due, and the list that outlives the database."""

from uuid import UUID

from coord.access import system
from coord.clients.stories.ending import KEEPER as STORIES
from coord.clients.stories.ending import end_stories_that_ran_out
from coord.rights.assessments.reminding import remind_of_ends
from coord.rights.breach import remind
from coord.rights.erasure import ERASER, erase_due, note_erased
from coord.rights.erasure.undoing import undo_people
from coord.rights.tidying import KEEPER, end_what_is_over
from coord.work import begin
from workers.jobs.job import Job

_REMINDER = system("breach clock", "reminds administrators of a breach whose time runs out", "job.run")

_REGISTER = system("register of assessments", "reminds administrators of assessments that end", "job.run")


async def undo_import(import_id: str) -> None:
    """The job "rights.undo_import": take out the people of an import, a portion per transaction."""
    is_over = False
    while not is_over:
        async with begin(ERASER) as unit:
            is_over = await undo_people(unit, UUID(import_id))


JOBS = {
    "rights.undo_import": Job(ERASER, undo_import, own_units=True),
    "rights.erase_due": Job(ERASER, erase_due),
    "rights.note_erased": Job(ERASER, note_erased),
    "rights.end_what_is_over": Job(KEEPER, end_what_is_over),
    "rights.end_stories": Job(STORIES, end_stories_that_ran_out),
    "rights.breach_clocks": Job(_REMINDER, remind),
    "rights.assessments_end": Job(_REGISTER, remind_of_ends),
}
