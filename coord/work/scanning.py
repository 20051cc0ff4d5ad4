"""A scanner of the operator's looks at every file before anything else does; what it does not clear is not taken.

``COORD_SCANNER_COMMAND`` names a command that reads the file from its standard input, as ``clamdscan --no-summary -``
does, and ends with 0 for a clean file and with 1 for a harmful one. Any other end, none within the time, or a command
that is not there means that the file was not looked at.
"""

import asyncio
import shlex
from asyncio.subprocess import DEVNULL, PIPE

from coord.kernel.errors import Invalid, Problem
from coord.kernel.incidents import warn
from coord.settings import settings

PATIENCE_SECONDS = 60.0
_CLEAN, _HARMFUL = 0, 1


async def scan(content: bytes) -> None:
    """Return when a file is clean or empty, or no scanner is set up. Raises ``Invalid`` for every other one."""
    command = shlex.split(settings().scanner_command)
    if not command or not content:
        return
    code = await _verdict(command, content)
    if code != _CLEAN:
        reason = "FILE_HARMFUL" if code == _HARMFUL else "FILE_NOT_SCANNED"
        warn("refused", reason=reason)
        raise Invalid(Problem("file", reason))


async def _verdict(command: list[str], content: bytes) -> int | None:
    """How the scanner ended; None when it did not start or did not end in time."""
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
    except OSError:
        return None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.communicate(content)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return process.returncode
