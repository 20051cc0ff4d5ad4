"""The append-only trail: who did what to which row, and who read whose identity."""

from coord.audit.trail import facts, record, record_export, record_reading

__all__ = ["facts", "record", "record_export", "record_reading"]
