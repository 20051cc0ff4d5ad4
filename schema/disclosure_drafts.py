"""The draft of a quarter's disclosure through the API: its words, and putting one's name to them."""

from typing import Annotated, Any

import strawberry

from coord.language import words
from coord.oversight.drafts import CheckDraft, Draft, check_draft, disclosure_draft
from coord.oversight.drafts.checking import LANGUAGE
from coord.oversight.drafts.wording import digest_of_draft, sections_of
from schema.errors import Rejected
from schema.inputs import raw, text
from schema.looking import Info
from schema.scalars import DateTime


@strawberry.type(description="A heading with its lines. 一个小节。")
class DraftSection:
    """A part of a draft."""

    title: str
    lines: list[str]


@strawberry.type(description="Somebody held these words against release and books. 核对记录。")
class DraftCheck:
    """Who, when, and of which words."""

    digest: str
    checked_at: DateTime
    checked_by_name: str


@strawberry.type(description="What can be published of a quarter, in the viewer's language. 季度信息公开稿。")
class DisclosureDraft:
    """Made of a release and the ledger each time; never stored."""

    period: str
    digest: str = strawberry.field(description="Of the Chinese words; a check names it. 中文稿的摘要，核对时使用。")
    sections: list[DraftSection]
    is_checked: bool = strawberry.field(description="By somebody, as it stands now. 当前内容已核对。")
    checks: list[DraftCheck] = strawberry.field(description="Also of words that have changed since. 包括旧内容的核对。")


def _shown(draft: Draft, info: Info) -> DisclosureDraft:
    digest = digest_of_draft(sections_of(draft, words(LANGUAGE)))
    checks: list[Any] = list(draft.checks)
    return DisclosureDraft(
        period=draft.report.period,
        digest=digest,
        sections=[
            DraftSection(title=title, lines=list(lines)) for title, lines in sections_of(draft, info.context.words)
        ],
        is_checked=any(one.digest == digest for one in checks),
        checks=[
            DraftCheck(digest=one.digest, checked_at=one.checked_at, checked_by_name=one.checked_by_name)
            for one in checks
        ],
    )


async def draft(info: Info, program: str, period: str) -> DisclosureDraft:
    """The draft of a published quarter."""
    found = await disclosure_draft(info.context.unit, text("program", program) or "", text("period", period) or "")
    return _shown(found, info)


@strawberry.input(description="A draft as it was read. 核对时所读的公开稿。")
class CheckDisclosureDraftInput:
    """What ``CheckDraft`` takes."""

    program: str
    period: str
    digest: str


@strawberry.type(description="The draft after it. 核对后的公开稿。")
class DisclosureDraftChecked:
    """The answer to a check."""

    draft: DisclosureDraft


DisclosureDraftResult = Annotated[DisclosureDraftChecked | Rejected, strawberry.union("DisclosureDraftResult")]


async def check(
    info: Info, given_input: Annotated[CheckDisclosureDraftInput, strawberry.argument(name="input")]
) -> DisclosureDraftResult:
    """Put one's name to it."""
    given, unit = CheckDraft.parse(raw(given_input, {})), info.context.unit
    await check_draft(unit, given)
    return DisclosureDraftChecked(draft=_shown(await disclosure_draft(unit, given.program, given.period), info))
