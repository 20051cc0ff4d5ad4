"""Jobs about the audit trail."""

from coord.audit.checkpoints import SIGNER, make_checkpoint
from workers.jobs.job import Job

JOBS = {"audit.checkpoint": Job(SIGNER, make_checkpoint)}
