"""People served: pseudonyms, the identity vault, cases."""

from coord.clients import access as _access
from coord.clients.actions import close_case, open_case, register_client
from coord.clients.consents import access as _consents_access
from coord.clients.inputs import CloseCase, OpenCase, RegisterClient
from coord.clients.reads import (
    CLIENTS,
    ClientCard,
    cards,
    cases_of_client,
    clients,
    clients_in_reach,
    find_clients,
    identities,
    register_by_code,
)

__all__ = [
    "CLIENTS", "ClientCard", "CloseCase", "OpenCase",
    "RegisterClient", "cards", "cases_of_client", "clients", "clients_in_reach", "close_case", "find_clients",
    "identities", "open_case", "register_by_code", "register_client",
]  # fmt: skip
_ = (_access, _consents_access)
