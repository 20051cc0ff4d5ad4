"""Keeping the process record of a contact: written with it, and anew when the contact is amended."""

import json

from coord.clients.keys import place_of
from coord.contacts.process.inputs import PROCESS_FIELDS, WORDS, ProcessFacts
from coord.contacts.process.rules import says_something, usual_method
from coord.contacts.process.tables import ProcessRecord
from coord.contacts.sealing import key_for
from coord.contacts.tables import ServiceContact
from coord.work import Unit

_PLAIN = tuple(name for name in PROCESS_FIELDS if name not in WORDS)


async def keep_process(unit: Unit, contact: ServiceContact, given: ProcessFacts, *, is_new: bool = False) -> None:
    """Let the process record of a contact read as given; one that says nothing is not begun.

    Where nobody said how, it is the usual way of the service. A new contact has none that would have to be looked for.
    """
    row = None if is_new else await unit.session.get(ProcessRecord, contact.id)
    if row is None:
        if not says_something(given):
            return
        row = ProcessRecord(id=contact.id, hospital_id=contact.hospital_id)
        unit.add(row)
    row.client_id = contact.client_id
    for name in _PLAIN:
        setattr(row, name, getattr(given, name))
    row.method = given.method or usual_method(contact.service_code)
    said = {name: text for name in WORDS if (text := getattr(given, name))}
    row.words = row.note_key_id = None
    if said:
        row.note_key_id, key = await key_for(unit, contact)
        row.words = key.seal(json.dumps(said, ensure_ascii=False), place_of("process_record", "words", row.id))
