"""``coord serve``."""

import click
import uvicorn

from coord.kernel.logs import set_up_logs
from coord.people.setting_up import needs_setup, setup_code
from coord.settings import settings
from workers.commands.common import need_current_schema, need_no_demo, run, say

APP = "web.asgi:app"


def _address(port: int) -> str:
    """The address of the settings; without one, where this process answers."""
    given = settings()
    return given.base_url if "base_url" in given.model_fields_set else f"http://127.0.0.1:{port}"


@click.command(epilog="\b\nExample:\n  coord serve --host 0.0.0.0 --port 8000 --workers 4\n")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages and the API. Jobs are done by ``coord work``, in a process of its own."""
    need_current_schema()
    need_no_demo()
    if run(needs_setup):
        say("command.serve.set_up", address=f"{_address(port)}/setup", code=setup_code())
    set_up_logs()
    uvicorn.run(
        APP, host=host, port=port, workers=workers, log_level="warning", log_config=None, server_header=False,
        timeout_graceful_shutdown=5,
    )  # fmt: skip
