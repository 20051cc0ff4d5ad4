"""The record of a client: the form's fields, sealed in the vault."""

from coord.clients.record.inputs import RECORD_FIELDS, RecordFacts

__all__ = ["RECORD_FIELDS", "RecordFacts"]
