"""Notices: what somebody should look at, in the pages and by mail. Nothing personal stands in them.

Every area above tells people with ``tell`` (ids known) or ``tell_holders`` (whoever holds a role somewhere).
"""

from coord.notices import access as _access
from coord.notices.kinds import NoticeKind
from coord.notices.letters import Letter, letter
from coord.notices.reading import last_told, mark_all_read, mark_read, my_notices, unread
from coord.notices.recalling import recall
from coord.notices.telling import mail_link, mail_stranger, tell, tell_holders

__all__ = [
    "Letter",
    "NoticeKind",
    "last_told",
    "letter",
    "mail_link",
    "mail_stranger",
    "mark_all_read",
    "mark_read",
    "my_notices",
    "recall",
    "tell",
    "tell_holders",
    "unread",
]
_ = _access
