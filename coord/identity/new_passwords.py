"""What every new password goes through, whoever sets it and however."""

from collections.abc import Iterable

import anyio.to_thread

from coord.identity.breached import is_breached
from coord.identity.password_rules import is_easy
from coord.kernel.errors import Invalid, Problem, Unavailable
from coord.settings import settings


async def check_new_password(password: str, about: Iterable[str]) -> None:
    """Raise ``Invalid`` for a password that is easy to guess or that became public somewhere; ``about`` is its person.

    Raises ``Unavailable`` when the operator's list cannot be read: nothing is taken unlooked at.
    """
    if await anyio.to_thread.run_sync(is_easy, password, tuple(about)):
        raise Invalid(Problem("password", "EASY_PASSWORD"))
    listed = settings().breached_passwords
    if listed is None:
        return
    try:
        is_public = await anyio.to_thread.run_sync(is_breached, listed, password)
    except OSError as error:
        raise Unavailable("COORD_BREACHED_PASSWORDS") from error
    if is_public:
        raise Invalid(Problem("password", "BREACHED_PASSWORD"))
