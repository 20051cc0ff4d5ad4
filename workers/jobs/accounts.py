"""Jobs about accounts."""

from coord.people.tidying import JANITOR, tidy_accounts
from workers.jobs.job import Job

JOBS = {"accounts.tidy": Job(JANITOR, tidy_accounts)}
