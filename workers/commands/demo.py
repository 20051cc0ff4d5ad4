"""``coord demo``: everything at once, with invented data."""

import socket
import time
from collections.abc import Mapping

import click

from coord.demo import CAST, DEMO_HOSPITALS, DEMO_MONTHS, PASSWORD
from coord.settings import environment, settings
from workers.children import Child, Family, Member, python
from workers.commands.common import say, stop, until_interrupted
from workers.commands.serve import APP
from workers.commands.work import QUEUE_FOLDER
from workers.demo_data import DemoFolder
from workers.embedded import EmbeddedQueue, find_binary
from workers.lock import FolderInUse, locked

_HOST = "127.0.0.1"
_WEB_STARTS_IN = 30.0


@click.command(epilog="\b\nExample:\n  coord demo --port 8080 --fresh\n")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--fresh/--keep", default=False, help="Build the data again, or keep what is there (default).")
@click.option("--months", type=click.IntRange(1, 60), default=DEMO_MONTHS, show_default=True,
              help="How many months of data, up to today.")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
def demo(*, port: int, fresh: bool, months: int, no_browser: bool) -> None:
    """Start a demo on this machine: fictional data, queue, worker and pages. Ctrl-C ends it."""
    if settings().is_production:
        stop("command.not_in_production")
    if _is_taken(port):
        stop("command.demo.port_taken", port=port)
    folder = DemoFolder(settings().data_dir / "demo")
    try:
        with locked(folder.path), until_interrupted():
            _run(folder, port, months, fresh=fresh, open_browser=not no_browser)
    except FolderInUse:
        stop("command.demo.running", path=folder.path)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return True
    return False


def _prepare(folder: DemoFolder, months: int, *, fresh: bool) -> None:
    if folder.is_ready and not fresh:
        say("command.demo.kept", path=folder.path)
        return
    started = time.monotonic()
    with click.progressbar(length=len(DEMO_HOSPITALS), label="coord demo") as bar:
        built = folder.build(months, bar.update)
    seconds = round(time.monotonic() - started, 1)
    say("command.demo.built", contacts=built.contacts, months=built.months, seconds=seconds)


def _run(folder: DemoFolder, port: int, months: int, *, fresh: bool, open_browser: bool) -> None:
    address = f"http://{_HOST}:{port}"
    family, web = _family(folder, address, port)
    try:
        # The pages load while the data are built; they open the database with the first request.
        web.start()
        _prepare(folder, months, fresh=fresh)
        family.start()
        tokens = folder.tokens()
        _wait_for(web, port)
        _introduce(address, tokens)
        if open_browser:
            click.launch(address)
        family.watch()
    finally:
        family.stop()


def _family(folder: DemoFolder, address: str, port: int) -> tuple[Family, Child]:
    changed = {"database_url": folder.database_url, "data_dir": str(folder.path), "base_url": address, "redis_url": ""}
    members: list[Member] = []
    if binary := find_binary():
        queue = EmbeddedQueue(folder.path / QUEUE_FOLDER, binary)
        changed["redis_url"] = queue.url
        members.append(queue)
    around = environment(**changed)
    serving = ["-m", "uvicorn", APP, "--host", _HOST, "--port", str(port), "--log-level", "warning"]
    web = python("web", [*serving, "--timeout-graceful-shutdown", "3"], around)
    worker = python("worker", ["-m", "workers", "work"], around)
    return Family([*members, web, worker]), web


def _wait_for(web: Child, port: int) -> None:
    until = time.monotonic() + _WEB_STARTS_IN
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) == 0:
                return
        if not web.is_alive or time.monotonic() > until:
            stop("command.demo.web_did_not_start")
        time.sleep(0.05)


def _introduce(address: str, tokens: Mapping[str, str]) -> None:
    """Who may sign in, and with which token programs speak for them."""
    say("command.demo.ready", address=address, graphql=f"{address}/graphql")
    say("command.demo.sign_ins", password=PASSWORD)
    for key, name, place, role in CAST:
        email = f"{key}@demo.example"
        click.echo(f"  {email:<24} {role or '-':<19} {place or '-':<5} {tokens[email]}  {name}")
    say("command.demo.token_use", example=f"curl -H 'Authorization: Bearer …' {address}/graphql")
    say("command.demo.stop")
