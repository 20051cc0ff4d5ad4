"""Tables as files to keep: CSV or XLSX, made off the event loop."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

import anyio.to_thread
from starlette.responses import Response

from coord.kernel.errors import NotFound
from coord.kernel.sheets import Row, csv_table, xlsx_table
from web.page import PRIVATE
from web.words import disclosure

ENDINGS = ("csv", "xlsx")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def table_file(
    name: str, ending: str, rows: Sequence[Row], *, header: int = 1, about_people: bool = False
) -> Response:
    """The rows as a file to save. ``about_people``: the notice on passing them on stands below them.

    Raises ``NotFound`` for an ending that we do not write.
    """
    if ending not in _TYPES:
        raise NotFound
    if about_people:
        rows = [*rows, [], [str(disclosure())]]
    make = partial(csv_table, rows) if ending == "csv" else partial(xlsx_table, name, rows, header=header)
    content = await anyio.to_thread.run_sync(make)
    saved_as = quote(f"{name}.{ending}", safe="")
    kept = {"Content-Disposition": f"attachment; filename=\"coord.{ending}\"; filename*=UTF-8''{saved_as}"}
    return Response(content, media_type=_TYPES[ending], headers={**PRIVATE, **kept})
