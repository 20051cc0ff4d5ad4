"""``python -m tests.bench.serve ours|reference URL PORT``: one server process."""

import sys

import uvicorn
from starlette.applications import Starlette

from coord.work import engine
from schema.asgi import routes
from schema.budget import Budget
from tests.bench.reference import build

_ENOUGH = 10**15


def main(which: str, url: str, port: int) -> None:
    """Serve until killed."""
    if which == "ours":
        engine.use(engine.Database(url))
        app = Starlette(routes=[*routes(Budget(_ENOUGH))])
    else:
        app = build(url)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
