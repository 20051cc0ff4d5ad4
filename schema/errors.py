"""Refusals as data, expected errors with a code, everything else masked."""

import re
from collections.abc import Sequence
from typing import Any

import strawberry
import structlog
from graphql import FieldNode, GraphQLError
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case
from typing_extensions import override

from coord.kernel.errors import Conflict, Erased, Invalid, NotAllowed, NotFound, Problem, TooOften, Unavailable
from coord.kernel.incidents import note_refusal
from coord.language import Words

_log = structlog.get_logger("schema")
# Inputs whose own names differ from the API's.
_SPELLED = {"from_day": "from", "to_day": "to", "": None}
_SURROGATE = re.compile("[\ud800-\udfff]")


@strawberry.type(name="Problem", description="One thing that is wrong with one field. 某个字段的一处问题。")
class ProblemSaid:
    """A problem in the viewer's language."""

    field: str | None = strawberry.field(description="The input's field, null for the whole input.")
    code: str = strawberry.field(description="Stable, upper case.")
    message: str = strawberry.field(description="What is wrong and what to do, in the viewer's language.")


@strawberry.type(description="Nothing was written; every problem is named. 未写入任何内容；列出全部问题。")
class Rejected:
    """A refusal as data."""

    problems: list[ProblemSaid]


def spelled(field: str) -> str | None:
    """The API's name of an input's field."""
    return _SPELLED[field] if field in _SPELLED else to_camel_case(field)


def _said(words: Words, problems: Sequence[Problem]) -> list[dict[str, str | None]]:
    return [{"field": spelled(p.field), "code": p.code, "message": words.problem(p)} for p in problems]


class Refuse(strawberry.ExceptionHandler[Invalid | Conflict, Rejected]):
    """Turns a refusal into a member of the result union, for fields that have one."""

    @override
    def handle(self, exception: Invalid | Conflict, *, field: StrawberryField, info: Any) -> Rejected:
        """Say what is wrong, and remember that nothing may be committed."""
        info.context.rejected = True
        spoken: Words = info.context.words
        return Rejected(
            problems=[
                ProblemSaid(field=spelled(p.field), code=p.code, message=spoken.problem(p)) for p in exception.problems
            ]
        )


def shown(error: GraphQLError, words: Words, request_id: str) -> dict[str, Any]:
    """An error as the caller may see it."""
    message, extensions = _explained(error, words, request_id)
    formatted = dict(error.formatted)
    return {**formatted, "message": _SURROGATE.sub("\ufffd", message), "extensions": extensions}


def _explained(error: GraphQLError, words: Words, request_id: str) -> tuple[str, dict[str, Any]]:
    cause = error.original_error
    if cause is not None:
        note_refusal(cause)
    if isinstance(cause, (Invalid, Conflict)):
        said = _said(words, cause.problems)
        wait = {"retryAfter": cause.seconds} if isinstance(cause, TooOften) else {}
        code = "RATE_LIMITED" if wait else "CONFLICT" if isinstance(cause, Conflict) else cause.code
        return str(said[0]["message"]), {"code": code, "problems": said, **wait}
    if isinstance(cause, NotFound):
        return _gone(cause, words)
    if isinstance(cause, NotAllowed):
        return words.refusal(cause), {"code": "NOT_ALLOWED", "permission": cause.permission}
    if cause is None or isinstance(cause, GraphQLError):
        return error.message, {"code": "BAD_INPUT", **(error.extensions or {})}
    if isinstance(cause, Unavailable):
        return words("api.unavailable"), {"code": "UNAVAILABLE"}
    # The field by its own name: a path holds aliases, which are the caller's words.
    field = next((node.name.value for node in error.nodes or () if isinstance(node, FieldNode)), None)
    _log.error("graphql_failed", kind=type(cause).__name__, field=field, exc_info=cause)
    return words("api.internal", request_id=request_id), {"code": "INTERNAL", "requestId": request_id}


def _gone(cause: NotFound, words: Words) -> tuple[str, dict[str, Any]]:
    """A tombstone tells its day and ground; whatever else is not there tells nothing."""
    if not isinstance(cause, Erased):
        return words("api.not_found"), {"code": "NOT_FOUND"}
    day, basis = cause.day.isoformat(), words(f"erasure_basis.{cause.basis}")
    return words("erasure.tombstone", day=day, basis=basis), {"code": "ERASED", "erasedOn": day, "basis": cause.basis}


def whole(words: Words, key: str, code: str, **arguments: object) -> dict[str, Any]:
    """An error of the whole request, in the shape of all others."""
    return {"message": words(key, **arguments), "extensions": {"code": code}}
