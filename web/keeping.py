"""What somebody typed while their session ended: carried through the sign-in page and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from coord.kernel.errors import Invalid, Problem

_MAX_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was posted without a session: where to, and its fields."""

    path: str
    fields: Sequence[tuple[str, str]]


def is_own_path(path: str) -> bool:
    """Whether a path stays on this site: two slashes of either kind lead to another host."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path


def safe_next(path: str) -> str:
    """Where to go after signing in; the start page unless the path is ours."""
    return path if is_own_path(path) and not path.startswith("/sign-in") else "/"


def keep_path(request: Request) -> str:
    """The ``next`` of a sign-in that should lead back here."""
    query = f"?{request.url.query}" if request.url.query else ""
    return str(request.url.replace(query="").include_query_params(next=request.url.path + query).query)


def keep(path: str, fields: Mapping[str, Sequence[str]]) -> str:
    """The posted form as one hidden value."""
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return json.dumps([path, pairs], ensure_ascii=False)


def kept(text: str) -> Kept:
    """The form behind a hidden value. Raises ``Invalid`` for one that we did not make."""
    try:
        path, pairs = json.loads(text[:_MAX_KEPT])
        fields = [(str(name), str(value)) for name, value in pairs]
    except (ValueError, TypeError):
        raise Invalid(Problem("kept", "NOT_VALID")) from None
    if not isinstance(path, str) or not is_own_path(path):
        raise Invalid(Problem("kept", "NOT_VALID"))
    return Kept(path, fields)
