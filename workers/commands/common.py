"""What every command shares: one clear line for what is wrong, and a non-zero exit."""

import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, TypeVar

import anyio
import click
from typing_extensions import override

from coord.access import system
from coord.demo import BUILDER, holds_demo_accounts
from coord.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from coord.language import Words, words
from coord.migrations import current, head
from coord.settings import BadSettings, settings
from coord.work import begin, engine
from workers.embedded import QueueDidNotStart

ResultT = TypeVar("ResultT")
OPERATOR = system(
    "command line",
    "an operator at the server itself",
    "identity.authenticate",
    "organization.list",
    "organization.manage",
    "user.create",
)


def spoken() -> Words:
    """The words of ``COORD_DEFAULT_LANGUAGE``; English where the settings cannot be read."""
    try:
        return words(settings().default_language)
    except BadSettings:
        return words("en")


def say(key: str, **arguments: object) -> None:
    """Print a sentence."""
    click.echo(spoken()(key, **arguments))


def stop(key: str, **arguments: object) -> NoReturn:
    """End the command with a sentence on stderr and exit status 1."""
    raise click.ClickException(spoken()(key, **arguments))


class Commands(click.Group):
    """A group that turns expected refusals into one line."""

    @override
    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except (Invalid, Conflict) as refused:
            raise click.ClickException(" ".join(map(spoken().problem, refused.problems))) from None
        except NotFound:
            stop("command.not_found")
        except Unavailable:
            stop("command.database_away")
        except QueueDidNotStart as error:
            stop("command.queue_did_not_start", log=str(error))
        except BadSettings as bad:
            raise click.ClickException("\n".join(bad.lines)) from None


def run(work: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
    """Run async work with the settings' database and close it afterwards."""

    async def closing() -> ResultT:
        try:
            return await work()
        finally:
            await engine.database().dispose()
            engine.use(None)

    return anyio.run(closing)


def need_current_schema() -> None:
    """End the command unless every migration has run."""
    try:
        at = current(settings().effective_database_url)
    except Unavailable:
        stop("command.database_away")
    if at != head():
        stop("command.migrations_pending", at=at or "-", head=head())


async def has_demo_accounts() -> bool:
    """Whether the database knows the people of the demo."""
    async with begin(BUILDER, read_only=True) as unit:
        return await holds_demo_accounts(unit)


def need_no_demo() -> None:
    """End the command in production on a database with the demo's accounts."""
    if settings().is_production and run(has_demo_accounts):
        stop("command.demo_in_production")


@contextmanager
def until_interrupted() -> Iterator[None]:
    """SIGTERM ends the block like Ctrl-C; neither leaves a traceback."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        say("command.stopped")
    finally:
        signal.signal(signal.SIGTERM, before)
