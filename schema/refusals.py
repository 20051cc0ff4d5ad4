"""Answers of this door to a request that is not run: each in the shape of all others, with what is left of the budget."""

from collections.abc import Mapping

import structlog
from starlette.responses import Response

from coord.kernel.clock import now
from coord.kernel.errors import TooOften
from coord.kernel.incidents import note_refusal, warn
from coord.language import Words
from schema import http
from schema.budget import Account
from schema.errors import whole
from schema.requests import BadRequest

_log = structlog.get_logger("schema")
_WRONG_METHOD = 405


def budget_headers(account: Account) -> dict[str, str]:
    """What is left of an actor's budget; the reset is in seconds since 1970."""
    return {
        "X-RateLimit-Limit": str(account.limit),
        "X-RateLimit-Remaining": str(account.remaining),
        "X-RateLimit-Reset": str(int(now().timestamp() + account.seconds_to_full) + 1),
    }


def refusal(
    spoken: Words, key: str, code: str, status: int, kind: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A request that is refused as a whole."""
    return http.answer({"errors": [whole(spoken, key, code)]}, status, kind, headers)


def bad(spoken: Words, found: BadRequest, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    """A request that is none of ours."""
    code = "WRONG_METHOD" if found.status == _WRONG_METHOD else "BAD_REQUEST"
    return refusal(spoken, found.key, code, found.status, kind, {**(headers or {}), **(found.headers or {})})


def overdrawn(spoken: Words, account: Account, kind: str) -> Response:
    """A budget that is used up; says when to come again."""
    warn("refused", reason="RATE_LIMITED")
    headers = {**budget_headers(account), "Retry-After": str(int(account.seconds_to_wait) + 1)}
    return refusal(spoken, "api.rate_limited", "RATE_LIMITED", 429, kind, headers)


def unavailable(spoken: Words, kind: str) -> Response:
    """The database is away."""
    _log.error("database_away")
    return refusal(spoken, "api.unavailable", "UNAVAILABLE", 503, kind, {"Retry-After": "5"})


def crowded(spoken: Words, refused: TooOften, account: Account, kind: str) -> Response:
    """Too many dear operations at once; says when to come again."""
    note_refusal(refused)
    headers = {**budget_headers(account), "Retry-After": str(refused.seconds)}
    sentence = spoken.problem(refused.problems[0])
    error = {"message": sentence, "extensions": {"code": "RATE_LIMITED", "retryAfter": refused.seconds}}
    return http.answer({"errors": [error]}, 429, kind, headers)
