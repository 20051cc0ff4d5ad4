"""Referrals to and from partners' systems, in the words of FHIR."""

from coord.exchange import access as _access
from coord.exchange.exporting import exchanged
from coord.exchange.hsds import hsds_directory
from coord.exchange.importing import Taken, take_bundle
from coord.exchange.inputs import TakeBundle

__all__ = ["TakeBundle", "Taken", "exchanged", "hsds_directory", "take_bundle"]
_ = _access
