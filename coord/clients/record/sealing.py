"""A record as the vault keeps it, and as the care team reads it. Pure but for chance."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from coord.clients.hashing import id_hash
from coord.clients.record.inputs import RECORD_FIELDS, RecordFacts
from coord.clients.record.rules import KEPT_DIGITS, number_of
from coord.clients.record.tables import ClientRecord
from coord.kernel.sealing import DataKey

SEALED = ("alias", "birth_date", "mrn", "diagnosis", "guardian", "emergency_contact")
PLAIN = ("id_type", "insurance_type", "household_type", "first_diagnosed_on", "source", "source_org")
SHOWN = (*SEALED, "id_number_end", *PLAIN)
"""What is read of a record; the number of a document is not kept."""


def _place(column: str, client_id: UUID) -> str:
    return f"client_record.{column}.{client_id}"


def sealed_record(client_id: UUID, key: DataKey, given: RecordFacts) -> ClientRecord | None:
    """The row of a record; None where nothing was said."""
    if all(getattr(given, name) is None for name in RECORD_FIELDS):
        return None
    row = ClientRecord(id=client_id)
    write_record(row, key, given, RECORD_FIELDS)
    return row


def write_record(row: ClientRecord, key: DataKey, given: RecordFacts, fields: Collection[str]) -> None:
    """Let the named fields of a row read as given."""
    for name in SEALED:
        if name in fields:
            setattr(row, name, _sealed(row.id, key, name, getattr(given, name)))
    for name in PLAIN:
        if name in fields:
            setattr(row, name, getattr(given, name))
    number = number_of(given)
    if number is not None:
        row.id_number_end = _sealed(row.id, key, "id_number_end", number[-KEPT_DIGITS:])
        row.id_number_hash = id_hash(number)


def _sealed(client_id: UUID, key: DataKey, name: str, said: Any) -> bytes | None:
    return None if said is None else key.seal(str(said), _place(name, client_id))


def opened_record(row: Any, key: DataKey) -> Mapping[str, Any]:
    """What a row says, by field; None for what was never said. ``birth_date`` is written as in ISO 8601."""
    found = {name: getattr(row, name) for name in PLAIN}
    for name in (*SEALED, "id_number_end"):
        said = getattr(row, name)
        found[name] = None if said is None else key.open(said, _place(name, row.id))
    return found
