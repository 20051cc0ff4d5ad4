"""Importing people through the API: bring a list, see what became of every row, take it back."""

import base64
import binascii
import uuid
from collections.abc import Sequence
from typing import Annotated, Any, cast

import strawberry

from coord.clients.codes import ClientFact
from coord.contacts.codes import ImportKind, ImportState
from coord.contacts.importing import RequestImport, import_report, open_workbook, request_import, undo_import
from coord.contacts.importing.outcome import Fate, RowFate
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.work.scanning import scan
from schema.errors import ProblemSaid, Rejected, spelled
from schema.ids import global_id
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.scalars import DateTime

_MOST_ROWS = 500
for _enum, _named, _meaning in (
    (ImportState, "ImportState", "Where an import is. 导入进度。"),
    (Fate, "ImportedRowFate", "What became of a row, or would in a dry run. 单行结果。"),
):
    strawberry.enum(_enum, name=_named, description=_meaning)


@strawberry.type(description="One row of a list. 名单中的一行。")
class ClientImportRow:
    """What became of it."""

    row: int = strawberry.field(description="Its own number, else its place in the sheet. 序号。")
    line: int
    fate: Fate
    code: str | None = strawberry.field(description="Under which the person is registered. 服务对象编号。")
    problems: list[ProblemSaid]
    lacks: list[ClientFact] = strawberry.field(description="To be filled in later. 尚缺、须补充的必填项。")


def _row(info: Info, one: RowFate) -> ClientImportRow:
    words = info.context.words
    said = [
        ProblemSaid(
            field=spelled(fault.column), code=fault.reason.upper(), message=words(fault.message, **fault.arguments)
        )
        for fault in one.faults
    ]
    return ClientImportRow(
        row=one.row, line=one.line, fate=one.fate, code=one.code, problems=said, lacks=list(one.lacks)
    )


async def rows(
    info: Info, root: strawberry.Parent[Any], first: int | None = _MOST_ROWS, skip: int | None = 0
) -> list[ClientImportRow]:
    """Rows in the order of the sheet."""
    start, number = max(skip or 0, 0), min(max(_MOST_ROWS if first is None else first, 0), _MOST_ROWS)
    return [_row(info, one) for one in root.report_rows[start : start + number]]


@strawberry.type(description="A list of people and what became of its rows. 服务对象名单的导入。")
class ClientImport:
    """An import."""

    report_rows: strawberry.Private[Sequence[RowFate]]
    id: strawberry.ID
    state: ImportState
    dry_run: bool
    rows_total: int
    rows_done: int
    undone_at: DateTime | None
    removed: int | None = strawberry.field(description="After an undoing. 撤销后删除的人数。")
    kept: int | None = strawberry.field(description="People of whom more is known since. 已有记录而保留的人数。")
    problems: list[ProblemSaid] = strawberry.field(description="Of the whole file. 整份文件的问题。")

    rows: list[ClientImportRow] = strawberry.field(resolver=rows, description="At most 500. 最多 500 行。")


@strawberry.input(description="A list of people as a CSV or XLSX file. 服务对象名单（CSV 或 XLSX）。")
class ImportClientsInput:
    """What ``RequestImport`` takes, with the file."""

    program: str
    hospital: strawberry.ID
    file_name: str
    content: str = strawberry.field(
        description="The file in Base64, at most 700 kB, as a variable; larger ones by the page or the command. Base64 文件内容（作为变量传递），至多 700 kB。"
    )
    dry_run: bool = False


@strawberry.type(description="The import has begun. 导入已开始。")
class ClientImportStarted:
    """The answer to a list that was brought, or taken back."""

    client_import: ClientImport


ClientImportResult = Annotated[ClientImportStarted | Rejected, strawberry.union("ClientImportResult")]


async def _shown(info: Info, import_id: uuid.UUID) -> ClientImport:
    report = await import_report(info.context.unit, import_id)
    card, problem = report.card, report.problem
    if card.kind is not ImportKind.CLIENTS:
        raise NotFound
    removed, kept = report.undone or (None, None)
    words = info.context.words
    return ClientImport(
        report_rows=report.rows,
        id=strawberry.ID(global_id("ClientImport", card.id)),
        state=card.state,
        dry_run=card.dry_run,
        rows_total=card.rows_total,
        rows_done=card.rows_done,
        undone_at=cast(Any, card.undone_at),
        removed=removed,
        kept=kept,
        problems=[]
        if problem is None
        else [ProblemSaid(field=spelled(problem.field), code=problem.code, message=words.problem(problem))],
    )


def _key(client_import: str) -> uuid.UUID:
    """The id of an import that must be given. Raises ``NotFound`` for none."""
    found = row_id("id", "ClientImport", client_import)
    if found is None:
        raise NotFound
    return found


async def one(info: Info, import_id: Annotated[strawberry.ID, strawberry.argument(name="id")]) -> ClientImport | None:
    """One import; null for others'."""
    try:
        return await _shown(info, _key(import_id))
    except (Invalid, NotFound):
        return None


async def bring(
    info: Info, given_input: Annotated[ImportClientsInput, strawberry.argument(name="input")]
) -> ClientImportResult:
    """Take a list; a job imports it after the commit."""
    try:
        content = base64.b64decode(given_input.content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(Problem("content", "NOT_VALID")) from None
    asked = raw(given_input, {"hospital": "Organization"})
    del asked["content"]
    given = RequestImport.parse({**asked, "kind": ImportKind.CLIENTS})
    await scan(content)
    open_workbook(content, ImportKind.CLIENTS)
    import_id = await request_import(info.context.unit, given, content)
    return ClientImportStarted(client_import=await _shown(info, import_id))


async def take_back(info: Info, client_import: strawberry.ID) -> ClientImportResult:
    """Take a list back."""
    await undo_import(info.context.unit, _key(client_import))
    await info.context.unit.session.flush()
    return ClientImportStarted(client_import=await _shown(info, _key(client_import)))
