"""A page with the mistake that is looked for: whoever finds nothing here has not looked."""

import sqlite3

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def _page(request: Request) -> Response:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE person (name TEXT)")
        connection.execute("INSERT INTO person VALUES ('somebody')")
        wanted = request.query_params.get("name", "")
        try:
            rows = connection.execute(f"SELECT name FROM person WHERE name = '{wanted}'").fetchall()  # noqa: S608 -- the planted mistake
        except sqlite3.Error as error:
            return PlainTextResponse(str(error), 500)
    return PlainTextResponse(repr(rows))


async def _ready(_: Request) -> Response:
    return PlainTextResponse("ready")


app = Starlette(routes=[Route("/planted", _page), Route("/readyz", _ready)])
