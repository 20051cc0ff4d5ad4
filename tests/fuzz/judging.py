"""What an answer of the API may be, whatever was asked: data, or a refusal that it documents.

Nothing else than the standard library is used here: the scanner's own environment runs it too.
"""

import json
import re
from collections.abc import Iterator

STATUSES = frozenset({200, 400, 413})
# What the documentation promises; VALIDATION_FAILED and PARSE_FAILED are for documents that do not fit the schema.
CODES = frozenset({
    "INVALID", "NOT_FOUND", "NOT_ALLOWED", "CONFLICT", "BAD_INPUT", "BAD_REQUEST", "NO_OPERATION", "ONE_MUTATION",
    "COST_LIMIT", "DEPTH_LIMIT", "ALIAS_LIMIT", "DIRECTIVE_LIMIT", "PARSE_FAILED", "VALIDATION_FAILED",
})  # fmt: skip
_INSIDE = re.compile(
    r"Traceback|\bFile \\?\"|sqlalchemy|sqlite3?\b|psycopg|aiosqlite|pydantic|graphql\.error|site-packages"
    # A choice in a form is no statement.
    r"|(?<![</])\bSELECT\b .*\bFROM\b|\bINSERT INTO\b|codec can't|object has no attribute|NoneType",
    re.IGNORECASE,
)


def inside(text: str) -> str | None:
    """What a text tells of our inside: a trace, SQL, a driver's words."""
    found = _INSIDE.search(text)
    return found[0] if found else None


def faults(status: int, text: str) -> Iterator[str]:
    """What is wrong with an answer to a question of the API."""
    if status not in STATUSES:
        yield f"status {status}: {text[:200]}"
    if (told := inside(text)) is not None:
        yield f"tells {told!r}: {text[:200]}"
    try:
        answer = json.loads(text)
    except ValueError:
        yield f"no JSON: {text[:200]}"
        return
    for error in answer.get("errors", ()):
        code = error.get("extensions", {}).get("code")
        if code not in CODES:
            yield f"code {code}: {error}"
    if "errors" not in answer and answer.get("data") is None:
        yield "neither data nor errors"
