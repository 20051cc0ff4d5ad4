"""Forms with one file, and files to save again."""

from pathlib import PurePosixPath
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.files import MAX_FILE_BYTES, MEGABYTE, FileKind
from coord.kernel.text import printable
from web.forms import Form
from web.page import PRIVATE

WITH_FILE = MAX_FILE_BYTES + MEGABYTE
"""How long the body of such a form may be."""
_FIELDS, _LONGEST_NAME = 60, 200
_TYPES = {
    FileKind.PDF: ("application/pdf", "pdf"),
    FileKind.JPEG: ("image/jpeg", "jpg"),
    FileKind.PNG: ("image/png", "png"),
}


def bare_name(file: UploadFile) -> str:
    """The last part of a file's name without what no name needs; empty where no file was chosen."""
    return PurePosixPath(printable(file.filename or "").replace("\\", "/")).name[-_LONGEST_NAME:]


async def posted_file(request: Request) -> tuple[Form, str, bytes]:
    """The fields, the name and the content of a form; without a file both are empty."""
    async with request.form(max_files=1, max_fields=_FIELDS) as posted:
        form = Form({name: [v for v in posted.getlist(name) if isinstance(v, str)] for name in posted})
        file = posted.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return form, "", b""
        return form, bare_name(file), await file.read(MAX_FILE_BYTES + 1)


def file_to_save(kind: FileKind, content: bytes, plain: str, name: str = "") -> Response:
    """A file to be saved as ``name`` where that is known: a browser never shows it inside our pages."""
    media, ending = _TYPES[kind]
    known = f"; filename*=UTF-8''{quote(name, safe='')}" if name else ""
    kept = {"Content-Disposition": f'attachment; filename="{plain}.{ending}"{known}'}
    return Response(content, media_type=media, headers={**PRIVATE, **kept})
