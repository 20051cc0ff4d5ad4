"""Our own scripts, styles and pictures: kept by browsers for good, under an address that changes with their content."""

import functools
import hashlib
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

from coord.settings import settings
from web.routes import Access

FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"


def _fingerprint(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:16]


_known = functools.cache(_fingerprint)


def _version(name: str) -> str:
    """The fingerprint of a file; looked up anew each time while developing."""
    return _known(name) if settings().is_production else _fingerprint(name)


def asset(name: str) -> str:
    """The address of a file in this version of it."""
    return f"/static/{name}?v={_version(name)}"


class OwnFiles(StaticFiles):
    """The files of the folder; one that is asked for by its version need never be asked for again."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file. Raises ``HTTPException`` for what is not there."""
        answer = await super().get_response(path, scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])
        answer.headers["Cache-Control"] = _FOR_GOOD if asked == [_version(path)] else "no-cache"
        return answer


class PublicFiles(Mount):
    """The route of the files: the same for everybody."""

    access = Access.PUBLIC

    def __init__(self) -> None:
        """Serve the folder under ``/static``."""
        super().__init__("/static", OwnFiles(directory=FOLDER), name="static")
