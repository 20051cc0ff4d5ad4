"""Logs: one JSON object a line, of everything that runs in the process, without a value that somebody typed.

What an exception says often quotes what it met (a row's values, an input): its type and where it happened are kept, its
words are not. JSON escapes line feeds, terminal escapes and marks that turn text around.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from typing_extensions import override

_LONGEST = 200
_MOST_FRAMES = 30


def _frames(trace: TracebackType | None) -> list[str]:
    found = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found]


def _causes(error: BaseException | None) -> list[str]:
    """The types of an exception and of those that led to it."""
    found: list[str] = []
    while error is not None and len(found) < _MOST_FRAMES:
        found.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    return found


def _without_words(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keep of an exception what it is and where it happened."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exceptions"] = _causes(error)
        event["frames"] = _frames(error.__traceback__)
    return event


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_words,
]
_RENDER = structlog.processors.JSONRenderer(ensure_ascii=True)


class LibraryLines(logging.Formatter):
    """What libraries log, in the same form; of their sentences the fixed part, without what is filled in."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        event: structlog.typing.EventDict = {
            "event": "library", "logger": record.name, "says": str(record.msg)[:_LONGEST], "exc_info": record.exc_info,
        }  # fmt: skip
        for process in _SHARED:
            event = dict(process(None, record.levelname.lower(), event))  # type: ignore[arg-type]
        return str(_RENDER(None, "", event))


class _ToStdout(logging.StreamHandler[TextIO]):
    """Writes to whatever the standard output is at that moment."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        self.stream = sys.stdout
        super().emit(record)


def set_up_logs(stream: TextIO | None = None) -> None:
    """Write JSON lines to the standard output, or to a stream: our own, and those of libraries from warnings on."""
    options: dict[str, Any] = {} if stream is None else {"logger_factory": structlog.PrintLoggerFactory(stream)}
    structlog.configure(processors=[*_SHARED, _RENDER], cache_logger_on_first_use=False, **options)
    handler = _ToStdout() if stream is None else logging.StreamHandler(stream)
    handler.setFormatter(LibraryLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
