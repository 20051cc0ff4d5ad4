"""Lines for whoever watches over the installation: who came in or did not, and what was refused to whom.

A line names accounts by their ids, or by a keyed hash where an address was typed, and never what anybody typed.
Security events are told apart from other lines by ``"security": true``.
"""

import structlog

from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooOften

_log = structlog.get_logger("security")


def tell(event: str, **facts: str | int) -> None:
    """Write a line about something that is as it should be."""
    _log.info(event, security=True, **facts)


def warn(event: str, **facts: str | int) -> None:
    """Write a line about something that was refused, or that somebody may have tried."""
    _log.warning(event, security=True, **facts)


def note_refusal(error: Exception, **who: str) -> None:
    """One line for a row, verb or limit that was refused, however many layers see the same refusal pass.

    A form that was filled in wrongly is not one of them.
    """
    if not isinstance(error, (NotAllowed, NotFound, TooOften)) or error.is_noted:
        return
    error.is_noted = True
    verb = {"permission": error.permission} if isinstance(error, NotAllowed) else {}
    warn("refused", reason=codes_of(error), **verb, **who)


def codes_of(error: Exception) -> str:
    """What a refusal says, as its stable codes."""
    if isinstance(error, (Invalid, Conflict)):
        return ",".join(problem.code for problem in error.problems)
    return type(error).__name__
