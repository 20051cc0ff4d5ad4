"""Service contacts: one fact, logged once, by one action."""

from coord.contacts import access as _access
from coord.contacts.actions import log_contact, withdraw_contact
from coord.contacts.group_reads import groups
from coord.contacts.grouping import create_group
from coord.contacts.inputs import ContactFilter, CreateGroup, LogContact
from coord.contacts.reads import (
    CONTACTS,
    contacts,
    contacts_by_id,
    contacts_on_page,
    count_contacts,
    last_contact,
    notes,
    recent_clients,
)

__all__ = [
    "CONTACTS", "ContactFilter", "CreateGroup", "LogContact", "contacts", "contacts_by_id",
    "contacts_on_page", "count_contacts", "create_group", "groups", "last_contact", "log_contact", "notes", "recent_clients",
    "withdraw_contact",
]  # fmt: skip
_ = _access
