"""Consent: what a person allowed, to whom, for how long; records are added and never changed."""

from coord.clients.consents.actions import add_evidence, record_consent, withdraw_consent
from coord.clients.consents.inputs import AddEvidence, RecordConsent, WithdrawConsent
from coord.clients.consents.reads import CONSENTS, consent_items, consents_of, consents_of_client, evidence_file
from coord.clients.consents.rules import GivenConsent, covering, covers

__all__ = [
    "CONSENTS", "AddEvidence", "GivenConsent", "RecordConsent", "WithdrawConsent", "add_evidence", "consent_items",
    "consents_of", "consents_of_client", "covering", "covers", "evidence_file", "record_consent", "withdraw_consent",
]  # fmt: skip
