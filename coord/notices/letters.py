"""What a mail says: one sentence, a link, and why it came. Nothing about any person."""

from dataclasses import dataclass

from coord.language import Words
from coord.notices.kinds import NoticeKind
from coord.settings import settings


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject and body, in its reader's language."""

    subject: str
    body: str


def letter(words: Words, kind: NoticeKind, path: str) -> Letter:
    """The letter of a kind with its link."""
    said = words(f"notice_kind.{kind}")
    lines = [said, "", f"{settings().base_url}{path}", "", words("mail.why")]
    return Letter(words("mail.subject", said=said), "\n".join(lines))
