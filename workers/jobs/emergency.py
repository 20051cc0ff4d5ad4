"""Jobs about access in an emergency."""

from coord.access import system
from coord.clients.emergency.escalating import escalate_unreviewed
from workers.jobs.job import Job

_WATCH = system("emergency reviews", "tells of openings that nobody has reviewed in time", "job.run")
JOBS = {"emergency.escalate": Job(_WATCH, escalate_unreviewed)}
