"""Rights of the person: what is held about them, what they get, what is corrected, restricted and erased."""

from coord.rights import access as _access
from coord.rights.correcting import Corrected, correct_client, corrections, facts_now
from coord.rights.exporting import Copy, PartOfCopy, document, export_subject
from coord.rights.holding import HoldShown, agree_to_hold, ask_for_hold, end_hold, open_hold
from coord.rights.inputs import CorrectClient, HoldExport

# Behind the description of what is held, which they use; known to it once they are imported.
from coord.rights import assessments as _assessments, breach as _breach, erasure as _erasure  # isort: skip

__all__ = [
    "Copy", "CorrectClient", "Corrected", "HoldExport", "HoldShown", "PartOfCopy", "agree_to_hold", "ask_for_hold",
    "correct_client", "corrections", "document", "end_hold", "export_subject", "facts_now", "open_hold",
]  # fmt: skip
_ = _access, _assessments, _breach, _erasure
