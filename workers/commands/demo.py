"""``coord demo``: everything at once, with invented data."""

import socket
import time
from collections.abc import Mapping

import click

from coord.demo import CAST, DEMO_HOSPITALS, DEMO_MONTHS, PASSWORD, Contents
from coord.settings import environment, settings
from workers.children import Child, Family, Member, python
from workers.commands.common import say, stop, until_interrupted
from workers.commands.serve import APP
from workers.commands.work import QUEUE_FOLDER
from workers.demo_data import DemoStore
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
    store = DemoStore.of_settings()
    try:
        with locked(store.folder), until_interrupted():
            _run(store, port, months, fresh=fresh, open_browser=not no_browser)
    except FolderInUse:
        stop("command.demo.running", path=store.folder)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return True
    return False


def _prepare(store: DemoStore, months: int, *, fresh: bool) -> None:
    found = store.contents()
    if found is Contents.OTHER:
        stop("command.demo.real_data")
    if found is Contents.DEMO and not fresh:
        say("command.demo.kept")
        return
    if found is Contents.DEMO:
        store.clear()
    started = time.monotonic()
    with click.progressbar(length=len(DEMO_HOSPITALS), label="coord demo") as bar:
        built = store.build(months, bar.update)
    seconds = round(time.monotonic() - started, 1)
    say("command.demo.built", contacts=built.contacts, months=built.months, seconds=seconds)


def _run(store: DemoStore, port: int, months: int, *, fresh: bool, open_browser: bool) -> None:
    address = f"http://{_HOST}:{port}"
    family, web = _family(store, address, port)
    try:
        # The pages load while the data are built; they open the database with the first request.
        web.start()
        _prepare(store, months, fresh=fresh)
        family.start()
        tokens = store.tokens()
        _wait_for(web, port)
        _introduce(address, tokens)
        if open_browser:
            click.launch(address)
        family.watch()
    finally:
        family.stop()


def _family(store: DemoStore, address: str, port: int) -> tuple[Family, Child]:
    changed = {"database_url": store.database_url, "data_dir": str(store.folder), "base_url": address}
    members: list[Member] = []
    if not settings().redis_url and (binary := find_binary()):
        queue = EmbeddedQueue(store.folder / QUEUE_FOLDER, binary)
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
