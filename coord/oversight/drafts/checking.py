"""Checking a draft: somebody holds its words against release and books, and puts their name to them."""

from typing import Annotated

from pydantic import Field

from coord import audit
from coord.kernel.errors import Conflict, Problem
from coord.kernel.inputs import Input, Line
from coord.language import words
from coord.oversight.drafts.reads import disclosure_draft
from coord.oversight.drafts.tables import DraftCheck
from coord.oversight.drafts.wording import digest_of_draft, sections_of
from coord.work import Unit, action
from coord.work.inserting import insert_new

LANGUAGE = "zh-CN"
"""A draft is checked in the words in which it is published."""


class CheckDraft(Input):
    """A draft as it was read: ``digest`` says which words."""

    program: Annotated[Line, Field(min_length=1, max_length=32)]
    period: Annotated[Line, Field(min_length=6, max_length=6)]
    digest: Annotated[Line, Field(min_length=64, max_length=64)]


@action("agreement.manage")
async def check_draft(unit: Unit, given: CheckDraft) -> None:
    """Put one's name to a draft. Raises ``NotFound``, ``Conflict`` where it says something else by now or was checked."""
    draft = await disclosure_draft(unit, given.program, given.period)
    if digest_of_draft(sections_of(draft, words(LANGUAGE))) != given.digest:
        raise Conflict(Problem("digest", "DRAFT_CHANGED"))
    row = DraftCheck(
        program_id=draft.report.program.id, period=given.period, digest=given.digest, checked_at=unit.started_at,
        checked_by_id=unit.actor.user_id, checked_by_name=unit.actor.name,
    )  # fmt: skip
    if not await insert_new(unit, [row]):
        raise Conflict(Problem("digest", "CHECKED_ALREADY"))
    audit.record(unit, "disclosure.check", row)
