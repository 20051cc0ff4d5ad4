"""``coord work``."""

from collections.abc import Sequence

import anyio
import click

from coord.kernel.logs import set_up_logs
from coord.settings import environment, settings
from workers.children import Child, Family, Member, python
from workers.commands.common import need_current_schema, need_no_demo, run, say, until_interrupted
from workers.dispatcher import Dispatcher
from workers.embedded import EmbeddedQueue, find_binary
from workers.run import open_database, run_in_process, run_waiting, run_worker
from workers.schedule import ask

QUEUE_FOLDER = "queue"


@click.command(epilog="\b\nExample:\n  COORD_REDIS_URL=redis://127.0.0.1:6379/0 coord work\n")
@click.option("--once", is_flag=True, help="Do what waits now, without a queue, and end.")
@click.option("--jobs", is_flag=True, help="Only the jobs, in this process; needs COORD_REDIS_URL.")
def work(*, once: bool, jobs: bool) -> None:
    """Do the jobs that actions leave behind, and send safety alerts up their chain.

    Without COORD_REDIS_URL it brings its own queue server.
    """
    need_current_schema()
    need_no_demo()
    set_up_logs()
    if once:
        say("command.work.done", n=run(_once))
    elif jobs and settings().redis_url:
        run_worker(settings().redis_url)
    else:
        with until_interrupted():
            _keep_working()


async def _once() -> int:
    await ask()
    await Dispatcher().until_quiet()
    return await run_waiting()


def _keep_working() -> None:
    """The worker, the dispatcher and a queue server if there is none, all kept running; each dies alone."""
    url = settings().redis_url
    members: list[Member] = []
    if not url and (binary := find_binary()):
        queue = EmbeddedQueue(settings().data_dir / QUEUE_FOLDER, binary)
        url, members = queue.url, [queue]
    if url:
        keep(
            [*members, python("worker", ["-m", "workers", "work", "--jobs"], environment(redis_url=url)), _dispatcher()]
        )
    else:
        open_database(one_loop=True)
        anyio.run(_in_process)


def _dispatcher() -> Child:
    return python("dispatcher", ["-m", "workers", "dispatch"], environment())


async def _in_process() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Dispatcher().forever)
        tasks.start_soon(run_in_process)


def keep(members: Sequence[Member]) -> None:
    """Keep them running until the block around it is interrupted."""
    family = Family(members)
    try:
        family.start()
        family.watch()
    finally:
        family.stop()
