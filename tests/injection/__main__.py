"""``python -m tests.injection``: sqlmap, level 3, against every parameter of pages and API on a world of its own.

The targets are made from the routes and from the schema. Exits 1 for a finding, 2 when nothing was checked or not all of it
within the minutes given.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import click
import httpx2
import structlog

from tests.browser.conftest import sign_in
from tests.fuzz.world import Served, served_world
from tests.injection.reading import read_names
from tests.injection.targets import MARK, Target, api_targets, credential_targets, page_targets
from tests.scan.tools import NotChecked, tool
from tests.serving import serving
from tests.web.visit import visiting

_OPTIONS = ("--batch", "--level", "3", "--risk", "2", "--dbms", "SQLite", "--disable-coloring", "--flush-session",
            "--skip-waf", "--technique", "BEUSQ", "--ignore-code", "*", "--answers", "custom injection marking=Y,process them=Y")  # fmt: skip
# A candidate by timing alone is checked again by the scanner itself, which then says so.
_FOUND = re.compile(r"identified the following injection point|is vulnerable")
_TESTED = re.compile(
    r"all tested parameters do not appear|skipping parameter|parameter '.*' does not seem to be injectable"
)
_AT_ONCE = 2


def _scan(target: Target, folder: Path, number: int, *more: str) -> tuple[str, str]:
    """What the scanner says of a target: found, clean or unchecked, and its last words."""
    request = folder / f"{number}.txt"
    request.write_bytes(target.request.encode())
    done = subprocess.run(  # noqa: S603 -- a fixed command
        [tool("sqlmap"), "-r", request, *_OPTIONS, *more, "--output-dir", folder / f"out{number}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    said = done.stdout.decode(errors="replace")
    verdict = "found" if _FOUND.search(said) else "clean" if _TESTED.search(said) else "unchecked"
    return verdict, said[-1500:]


def _prove() -> None:
    """The scanner finds a planted mistake, or its silence means nothing."""
    with tempfile.TemporaryDirectory() as folder, serving("sqlite://", app="tests.injection.planted:app") as address:
        host = address.removeprefix("http://")
        planted = Target("planted", f"GET /planted?name=somebody{MARK} HTTP/1.1\r\nHost: {host}\r\n\r\n")
        verdict, said = _scan(planted, Path(folder), 0)
    if verdict != "found":
        raise NotChecked(f"the planted mistake is not found: {said}")


async def _targets(served: Served) -> Sequence[Target]:
    host = served.address.removeprefix("http://")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    async with visiting("sam") as sam, visiting("ola") as ola, visiting("adam") as adam:
        read = await read_names({"sam": sam, "ola": ola, "adam": adam})
    secrets = {}
    for name in ("sam", "ola", "adam"):
        with sign_in(served.address, name) as client:
            secrets[name] = f"sid={client.cookies['sid']}"
    found = [*api_targets(host, served.tokens["sam"]), *credential_targets(host)]
    for target in page_targets(host, "{cookie}", read):
        who = "adam" if "/administration" in target.name else "sam" if _is_of_workers(target) else "ola"
        found.append(Target(target.name, target.request.replace("{cookie}", secrets[who])))
    return found


def _is_of_workers(target: Target) -> bool:
    return any(
        part in target.name for part in ("/clients", "/groups", "/log", "/records", "/today", "/undo", "/notices")
    )


async def _run(minutes: float, only: str, more: Sequence[str]) -> int:
    counts = {"found": 0, "clean": 0, "unchecked": 0, "not reached": 0}
    await anyio.to_thread.run_sync(_prove)
    async with served_world() as served:
        targets = [target for target in await _targets(served) if only in target.name]
        until = time.monotonic() + minutes * 60

        def one(numbered: tuple[int, Target]) -> None:
            number, target = numbered
            verdict, said = (
                ("not reached", "") if time.monotonic() > until else _scan(target, Path(folder), number, *more)
            )
            counts[verdict] += 1
            click.echo(f"{verdict:<11} {target.places:>2}  {target.name}")
            if verdict in {"found", "unchecked"}:
                click.echo(said, err=True)

        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as pool:
            await anyio.to_thread.run_sync(lambda: list(pool.map(one, enumerate(targets))))
        is_alive = httpx2.get(f"{served.address}/readyz").is_success
        logged = [line for line in served.faults() if '"status": 5' in line or '"error"' in line]
    click.echo(
        f"{sum(t.places for t in targets)} parameters in {len(targets)} requests: {counts}; {len(logged)} errors in the log"
    )
    for line in logged[:10]:
        click.echo(line, err=True)
    if counts["found"] or logged:
        return 1
    return 0 if is_alive and not counts["unchecked"] and not counts["not reached"] else 2


@click.command()
@click.option("--minutes", default=240.0, show_default=True, help="No target is begun later than this.")
@click.option(
    "--smart", is_flag=True, help="Try everything only where an answer hints at SQL: minutes instead of hours."
)
@click.option("--only", default="", help="Only requests whose name holds this, so that a long run can be parted.")
def main(minutes: float, only: str, *, smart: bool) -> None:
    """Scan; see above for the exit."""
    try:
        sys.exit(anyio.run(_run, minutes, only, ["--smart"] if smart else []))
    except NotChecked as why:
        raise click.ClickException(str(why)) from None


if __name__ == "__main__":
    main()
