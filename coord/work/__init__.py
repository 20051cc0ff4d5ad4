"""The unit of work: one transaction with its actor, audit trail and jobs."""

from coord.work.door import action, read
from coord.work.unit import Unit, begin

__all__ = ["Unit", "action", "begin", "read"]
