"""Social workers."""

from coord.workforce import access as _access
from coord.workforce.actions import add_worker
from coord.workforce.inputs import AddWorker
from coord.workforce.reads import WORKERS, worker_of_actor, workers_by_name

__all__ = ["WORKERS", "AddWorker", "add_worker", "worker_of_actor", "workers_by_name"]
_ = _access
