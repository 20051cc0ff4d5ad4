"""The draft of what a foundation publishes of a quarter: made of a release and the ledger, checked by a second person."""

from coord.oversight.drafts.checking import CheckDraft, check_draft
from coord.oversight.drafts.reads import Draft, DraftCheckShown, disclosure_draft

__all__ = ["CheckDraft", "Draft", "DraftCheckShown", "check_draft", "disclosure_draft"]
