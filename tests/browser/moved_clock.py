"""The product under a clock that a test moves: a file named by ``COORD_TEST_CLOCK`` says what time it is."""

import os
from datetime import datetime
from pathlib import Path

import time_machine
from starlette.types import Receive, Scope, Send

from web.asgi import app as product

VARIABLE = "COORD_TEST_CLOCK"


class _Clock:
    """The time since the file was last written, on from what it says."""

    def __init__(self, path: Path) -> None:
        self._path, self._said, self._travel = path, "", None

    def follow(self) -> None:
        """Go to the time that the file names, unless that has been done."""
        said = self._path.read_text("utf-8")
        if said != self._said:
            if self._travel is not None:
                self._travel.stop()
            self._travel = time_machine.travel(datetime.fromisoformat(said), tick=True)
            self._travel.start()
            self._said = said

    _travel: time_machine.travel | None


_clock = _Clock(Path(os.environ[VARIABLE])) if VARIABLE in os.environ else None


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as the product does, at the time that the file says."""
    if _clock is not None:
        _clock.follow()
    await product(scope, receive, send)
