"""People served: pseudonyms and the identity vault."""

from coord.clients import access as _access
from coord.clients.actions import register_client
from coord.clients.consents import access as _consents_access
from coord.clients.inputs import RegisterClient
from coord.clients.reads import (
    CLIENTS,
    ClientCard,
    cards,
    clients,
    clients_in_reach,
    find_clients,
    identities,
    register_by_code,
)

# Behind the rules of clients, which theirs are made of.
from coord.clients.private import access as _private_access  # isort: skip

__all__ = [
    "CLIENTS", "ClientCard", "RegisterClient", "cards", "clients", "clients_in_reach", "find_clients", "identities",
    "register_by_code", "register_client",
]  # fmt: skip
_ = (_access, _consents_access, _private_access)
