"""The table of jobs: names in the outbox to functions. A renamed module breaks no waiting row."""

from collections.abc import Mapping

from coord.contacts.importing import IMPORTER
from workers.jobs import (
    accounts,
    agreements,
    audit,
    contacts,
    emergency,
    measures,
    notices,
    oversight,
    referrals,
    releases,
    webhooks,
)
from workers.jobs.imports import import_file
from workers.jobs.job import Job
from workers.jobs.rights import JOBS as RIGHTS

JOBS: Mapping[str, Job] = {
    **RIGHTS,
    **accounts.JOBS,
    **agreements.JOBS,
    **audit.JOBS,
    **contacts.JOBS,
    **emergency.JOBS,
    **measures.JOBS,
    **notices.JOBS,
    **oversight.JOBS,
    **referrals.JOBS,
    **releases.JOBS,
    **webhooks.JOBS,
    "contacts.import": Job(IMPORTER, import_file, own_units=True),
}

__all__ = ["JOBS", "Job"]
