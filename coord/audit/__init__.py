"""The append-only trail: who did what to which row, and who read whose identity."""

from coord.audit.trail import entry, facts, record, record_export, record_reading, record_turn

__all__ = ["entry", "facts", "record", "record_export", "record_reading", "record_turn"]
