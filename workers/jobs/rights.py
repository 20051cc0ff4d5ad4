"""Jobs of the rights of the person: what is due, and the list that outlives the database."""

from coord.access import system
from coord.rights.breach import remind
from coord.rights.erasure import ERASER, erase_due, note_erased
from coord.rights.tidying import KEEPER, end_what_is_over
from workers.jobs.job import Job

_REMINDER = system("breach clock", "reminds administrators of a breach whose time runs out", "job.run")

JOBS = {
    "rights.erase_due": Job(ERASER, erase_due),
    "rights.note_erased": Job(ERASER, note_erased),
    "rights.end_what_is_over": Job(KEEPER, end_what_is_over),
    "rights.breach_clocks": Job(_REMINDER, remind),
}
