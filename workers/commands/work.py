"""``coord work``."""

import anyio
import click

from coord.kernel.logs import set_up_logs
from coord.settings import environment, settings
from workers.children import Family, python
from workers.commands.common import need_current_schema, need_no_demo, run, say, until_interrupted
from workers.embedded import EmbeddedQueue, find_binary
from workers.run import open_database, run_in_process, run_waiting, run_worker
from workers.schedule import ask

QUEUE_FOLDER = "queue"


@click.command(epilog="\b\nExample:\n  COORD_REDIS_URL=redis://127.0.0.1:6379/0 coord work\n")
@click.option("--once", is_flag=True, help="Do what waits now, without a queue, and end.")
def work(*, once: bool) -> None:
    """Do the jobs that actions leave behind. Without COORD_REDIS_URL it brings its own queue server."""
    need_current_schema()
    need_no_demo()
    set_up_logs()
    if once:
        run(ask)
        say("command.work.done", n=run(run_waiting))
    elif settings().redis_url:
        run_worker(settings().redis_url)
    elif binary := find_binary():
        with until_interrupted():
            keep_working(EmbeddedQueue(settings().data_dir / QUEUE_FOLDER, binary))
    else:
        with until_interrupted():
            open_database()
            anyio.run(run_in_process)


def keep_working(queue: EmbeddedQueue) -> None:
    """The queue server and one worker, both kept running."""
    worker = python("worker", ["-m", "workers", "work"], environment(redis_url=queue.url))
    family = Family([queue, worker])
    try:
        family.start()
        family.watch()
    finally:
        family.stop()
