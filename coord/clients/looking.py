"""What each entry of the trail about a client means to that client: what it was for, and which data it touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coord.clients.consents.codes import DataCategory as Data


class LookPurpose(StrEnum):
    """Why somebody looked at a file, or changed it."""

    CARE = "CARE"
    EMERGENCY = "EMERGENCY"
    REFERRAL = "REFERRAL"
    PERSON = "PERSON"
    """The person's own right: a copy, the log, a correction, a restriction."""
    UPKEEP = "UPKEEP"


@dataclass(frozen=True, slots=True)
class Meant:
    """The purpose of a verb, and the categories of data that it shows or changes."""

    purpose: LookPurpose
    categories: Sequence[Data] = ()


_WHO, _ALL = (Data.BASIC_FILE,), tuple(Data)
_WRITTEN = (Data.SERVICE_RECORDS, Data.RISK_AND_SAFETY, Data.SOCIAL_SITUATION)
_PACKET = (
    Data.BASIC_FILE, Data.DIAGNOSIS, Data.SCALES, Data.RISK_AND_SAFETY, Data.MEDICATION, Data.SOCIAL_SITUATION,
    Data.SUPPORTER_CONTACT,
)  # fmt: skip
MEANT: Mapping[str, Meant] = {
    "case.export": Meant(LookPurpose.CARE, _WRITTEN),
    "case.read": Meant(LookPurpose.CARE, _WRITTEN),
    "case.read_attachment": Meant(LookPurpose.CARE, (Data.DOCUMENTS,)),
    "client.access_log": Meant(LookPurpose.PERSON),
    "client.correct": Meant(LookPurpose.PERSON, _WHO),
    "client.erase": Meant(LookPurpose.PERSON, _ALL),
    "client.export": Meant(LookPurpose.PERSON, _ALL),
    "client.lift_restriction": Meant(LookPurpose.PERSON),
    "client.merge": Meant(LookPurpose.UPKEEP, _WHO),
    "client.move": Meant(LookPurpose.CARE, _WHO),
    "client.read_corrections": Meant(LookPurpose.PERSON, _WHO),
    "client.read_identity": Meant(LookPurpose.CARE, _WHO),
    "client.register": Meant(LookPurpose.CARE, _WHO),
    "client.restrict": Meant(LookPurpose.PERSON),
    "client.unmerge": Meant(LookPurpose.UPKEEP, _WHO),
    "consent.list": Meant(LookPurpose.CARE, (Data.DOCUMENTS,)),
    "consent.read_evidence": Meant(LookPurpose.CARE, (Data.DOCUMENTS,)),
    "contact.read_attachment": Meant(LookPurpose.CARE, (Data.DOCUMENTS,)),
    "emergency.end": Meant(LookPurpose.EMERGENCY),
    "emergency.open": Meant(LookPurpose.EMERGENCY, _WHO),
    "emergency.read": Meant(LookPurpose.EMERGENCY, _WHO),
    "emergency.review": Meant(LookPurpose.EMERGENCY),
    "referral.read_packet": Meant(LookPurpose.REFERRAL, _PACKET),
}
"""Every verb whose entries are about a client; a wall finds one that is missing."""
