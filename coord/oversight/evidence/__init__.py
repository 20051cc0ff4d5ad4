"""Evidence behind records: a drawn twentieth of a month, looked up at the hospital, with what was found."""

from coord.oversight.evidence.codes import EvidenceFound, FrameState
from coord.oversight.evidence.drawing import draw_sample
from coord.oversight.evidence.inputs import CheckEvidence, DrawSample
from coord.oversight.evidence.reads import DrawnRecord, SampleCard, SampleSheet, sample_sheet, samples
from coord.oversight.evidence.recording import check_evidence

__all__ = [
    "CheckEvidence", "DrawSample", "DrawnRecord", "EvidenceFound", "FrameState", "SampleCard", "SampleSheet",
    "check_evidence", "draw_sample", "sample_sheet", "samples",
]  # fmt: skip
