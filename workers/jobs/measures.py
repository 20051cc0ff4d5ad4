"""Jobs of figures: what was written goes into the rollups, and every night some of them are counted anew."""

from coord.measures.rollups.checking import check_sample
from coord.measures.rollups.folding import FOLDER
from coord.measures.rollups.making import keep_up
from workers.jobs.job import Job

JOBS = {
    "measures.fold": Job(FOLDER, keep_up, own_units=True),
    "measures.check": Job(FOLDER, check_sample, own_units=True),
}
