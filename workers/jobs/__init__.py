"""The table of jobs: names in the outbox to functions. A renamed module breaks no waiting row."""

from collections.abc import Mapping

from workers.jobs import contacts
from workers.jobs.job import Job

JOBS: Mapping[str, Job] = {**contacts.JOBS}

__all__ = ["JOBS", "Job"]
