"""Bringing a hospital's workbook: choose, try, import, see what became of every row."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from coord.contacts.codes import ImportKind
from coord.contacts.importing import (
    ImportReport,
    RequestImport,
    import_card,
    import_content,
    import_places,
    import_report,
    imports,
    open_workbook,
    request_import,
    undo_import,
)
from coord.contacts.importing.limits import MAX_FILE_BYTES, MEGABYTE
from coord.contacts.importing.workbook import LAYOUTS
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.text import printable
from coord.work import begin
from coord.work.scanning import scan
from web.desk import options
from web.downloads import ENDINGS, table_file
from web.forms import Form, query_form
from web.import_rows import result_of
from web.page import go, language_of, render
from web.routes import Access, Page, heavy, signed_in
from web.session import actor_of
from web.words import speak, t

_FIELDS = 10
_DELAYS = (1, 2, 3, 5)
_LONGEST_NAME = 200


async def index(request: Request) -> Response:
    """The form and the earlier imports."""
    return await _index(request, Form.of(kind=query_form(request).value("kind")))


async def _index(request: Request, form: Form, status: int = 200) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        places = await import_places(unit)
        earlier = await imports(unit)
    several = len({place.program_code for place in places}) > 1
    kinds = [kind for kind in ImportKind if kind is ImportKind.CONTACTS or actor_of(request).may("client.import")]
    context = {
        "form": form if form.value("kind") else form.but(kind=ImportKind.CONTACTS.value),
        "kinds": options("import.kind", kinds),
        "templates": [(kind, ending) for kind in kinds for ending in ENDINGS],
        "hospitals": [
            (f"{p.program_code}/{p.hospital_id}", p.hospital_name + (f" · {p.program_name}" if several else ""))
            for p in places
        ],
        "earlier": earlier,
        "columns": {kind: LAYOUTS[kind].headings for kind in kinds},
    }
    return render(request, "imports/index.html", context, block="form", status=status)


async def bring(request: Request) -> Response:
    """Take a workbook. One that cannot be read at all is refused at once, everything typed stays."""
    actor_of(request).require("contact.import")
    async with request.form(max_files=1, max_fields=_FIELDS) as posted:
        form = Form({name: [v for v in posted.getlist(name) if isinstance(v, str)] for name in posted})
        file = posted.get("file")
        name, content = await _read(file) if isinstance(file, UploadFile) else ("", b"")
    try:
        import_id = await _take(request, form, name, content)
    except Invalid as refused:
        return await _index(request, form.refused(refused), 422)
    return go(request, f"/imports/{import_id}")


async def _read(file: UploadFile) -> tuple[str, bytes]:
    name = PurePosixPath(printable(file.filename or "").replace("\\", "/")).name
    return name[-_LONGEST_NAME:], await file.read(MAX_FILE_BYTES + 1)


async def _take(request: Request, form: Form, name: str, content: bytes) -> UUID:
    if not name:
        raise Invalid(Problem("file", "FILE_MISSING"))
    if len(content) > MAX_FILE_BYTES:
        raise Invalid(Problem("file", "FILE_TOO_LARGE", {"limit": MAX_FILE_BYTES // MEGABYTE}))
    program, _, hospital = form.value("place").partition("/")
    asked = {
        "program": program,
        "hospital": hospital,
        "month": form.value("month"),
        "file_name": name,
        "kind": form.value("kind") or ImportKind.CONTACTS.value,
    }
    given = _given({**asked, "dry_run": form.value("dry_run") == "true"})
    await scan(content)
    book = await anyio.to_thread.run_sync(open_workbook, content, given.kind)
    if given.kind is ImportKind.CONTACTS and given.month is None and book.month is None:
        raise Invalid(Problem("month", "FILE_NAMES_NO_MONTH"))
    try:
        async with begin(actor_of(request)) as unit:
            return await request_import(unit, given, content)
    except (Invalid, NotFound) as refused:
        named = refused.problems if isinstance(refused, Invalid) else ()
        if any(problem.field not in {"program", "hospital"} for problem in named):
            raise
        raise Invalid(Problem("place", "NO_IMPORT_FOR_HOSPITAL")) from None


def _given(asked: Mapping[str, Any]) -> RequestImport:
    """The input; what is wrong with program or hospital belongs to the one field that asks for both."""
    try:
        return RequestImport.parse(asked)
    except Invalid as refused:
        found = [
            Problem("place", "NO_IMPORT_FOR_HOSPITAL") if p.field in {"program", "hospital"} else p
            for p in refused.problems
        ]
        raise Invalid(*{problem.field: problem for problem in found}.values()) from None


async def one(request: Request) -> Response:
    """An import: how far it is, and when it is over, what became of every row."""
    speak(language_of(request))
    import_id: UUID = request.path_params["import_id"]
    actor = actor_of(request)
    async with begin(actor, read_only=True) as unit:
        card = await import_card(unit, import_id)
        report = await import_report(unit, import_id) if card.is_over else None
    asked = _asked(request.query_params.get("asked", ""))
    context = {
        "card": card,
        "poll": f"/imports/{import_id}?asked={asked + 1}",
        "delay": _DELAYS[min(asked, len(_DELAYS) - 1)],
        "is_mine": card.requested_by_id == actor.user_id,
        "result": _result(request, report),
        "problem": report.problem if report else None,
        "undone": report.undone if report else None,
        "may_undo": actor.may("client.import") and card.kind is ImportKind.CLIENTS and not card.dry_run,
    }
    block = "rows" if "fate" in request.query_params else "job"
    return render(request, "imports/one.html", context, block=block)


def _asked(text: str) -> int:
    return int(text) if text in {"0", "1", "2", "3"} else 3 if text else 0


def _result(request: Request, report: ImportReport | None) -> Any:
    if report is None or report.problem is not None:
        return None
    return result_of(report, Form({name: request.query_params.getlist(name) for name in request.query_params}))


async def for_real(request: Request) -> Response:
    """After a dry run: the same file once more, this time to stay."""
    import_id: UUID = request.path_params["import_id"]
    async with begin(actor_of(request)) as unit:
        card = await import_card(unit, import_id)
        content = await import_content(unit, import_id)
        asked = {"program": card.program, "hospital": card.hospital_id, "month": card.month, "kind": card.kind}
        given = RequestImport.parse({**asked, "file_name": card.file_name})
        new = await request_import(unit, given, content)
    return go(request, f"/imports/{new}")


async def take_back(request: Request) -> Response:
    """Everybody whom the import registered goes out again. Raises ``Conflict`` where it stands."""
    import_id: UUID = request.path_params["import_id"]
    async with begin(actor_of(request)) as unit:
        await undo_import(unit, import_id)
    return go(request, f"/imports/{import_id}", said="import.undoing")


async def template(request: Request) -> Response:
    """An empty table with the headings of one kind. Raises ``NotFound`` for other kinds."""
    speak(language_of(request))
    actor_of(request).require("contact.import")
    kind = next((one for one in ImportKind if one == request.path_params["kind"]), None)
    if kind is None:
        raise NotFound
    return await table_file(t(f"import.kind.{kind}"), request.path_params["ending"], [LAYOUTS[kind].headings])


ROUTES = [
    heavy("/imports/template/{kind}.{ending}", template),
    signed_in("/imports/{import_id:uuid}/undo", take_back, "POST"),
    signed_in("/imports", index),
    Page(
        "/imports",
        bring,
        access=Access.SIGNED_IN,
        methods=("POST",),
        max_body_size=MAX_FILE_BYTES + MEGABYTE,
        heavy=True,
    ),
    signed_in("/imports/{import_id:uuid}", one),
    signed_in("/imports/{import_id:uuid}/run", for_real, "POST"),
]
