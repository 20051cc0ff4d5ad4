"""Quality flags: raised by a job after a contact is logged, shown in lists, accepted with a reason."""

from coord.contacts.quality_actions import accept_flag, flag_quality
from coord.contacts.quality_inputs import AcceptFlag, FlagFilter
from coord.contacts.quality_reads import (
    FLAGS,
    RaisedFlag,
    count_flags,
    flags,
    flags_by_hospital,
    flags_of,
    flags_on_page,
)

__all__ = [
    "FLAGS",
    "AcceptFlag",
    "FlagFilter",
    "RaisedFlag",
    "accept_flag",
    "count_flags",
    "flag_quality",
    "flags",
    "flags_by_hospital",
    "flags_of",
    "flags_on_page",
]
