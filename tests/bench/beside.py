"""``python -m tests.bench.beside --database URL``: ten measures of a year by hospital, beside PostGraphile on the same rollups.

A PostgreSQL database is filled as ``tests.bench.rollups`` does and everything is counted once. PostGraphile serves two
functions that read the same tables (``postgraphile/report.sql``), each request in the role and with the context of the
same officer, so that both stand behind the database's wall; coord looks up its token besides. One process each, answers
compared before anything is timed, rounds in turns. Bytes that only lie ready, sent once a statement has found the token and the
version of the figures, stand beside both: the least that an answer costs which is kept. Wants Node 22; ``--install`` fetches PostGraphile as its lock names it.
"""

import argparse
import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import structlog

from coord.access.policies import APP_ROLE
from coord.identity import actor_by_token
from coord.migrations import upgrade
from coord.work import engine
from coord.work.walls import told_of
from tests.bench.__main__ import say, server, summary
from tests.bench.impact import made
from tests.bench.load import Round, Target, body_of, once, one_round
from tests.bench.queries import MEASURES
from tests.bench.rollups import YEAR, Base, prepare
from tests.schema.api import token_of
from tests.serving import free_port
from tests.world import PROGRAM, cast

FOLDER = Path(__file__).with_name("postgraphile")
NODE = 22
THEIRS = """query Report($which: String!, $from: String!, $to: String!) {
  report(which: $which, fromMonth: $from, toMonth: $to) { nodes {
    code name contacts personTimes persons sessions groups events minutes attemptsNotDelivered casesOpened casesClosed
  } }
  total(which: $which, fromMonth: $from, toMonth: $to) { contacts personTimes persons }
}"""


def install() -> None:
    """Fetch exactly what the lock names, without running anything of it."""
    npm = shutil.which("npm") or sys.exit("no npm on this machine")
    subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=FOLDER, check=True)  # noqa: S603 -- a fixed command


def _node() -> str:
    found = shutil.which("node")
    said = subprocess.run([found, "--version"], stdout=subprocess.PIPE, check=True).stdout if found else b""  # noqa: S603 -- a fixed command
    if found is None or int(said.decode().lstrip("v").split(".")[0]) < NODE:
        sys.exit(
            f"PostGraphile wants Node {NODE} or newer first on the PATH, this is {said.decode().strip() or 'none'}"
        )
    return found


@contextmanager
def postgraphile(url: str, settings: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """PostGraphile on a database: its port and its process id."""
    port = free_port()
    given = {
        "DATABASE_URL": url, "PORT": str(port), "BENCH_SETTINGS": json.dumps(settings), "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 -- a fixed command
        [_node(), "node_modules/.bin/postgraphile"], cwd=FOLDER, env={**os.environ, **given}, stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(5)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


async def _asking(url: str) -> tuple[str, Mapping[str, str]]:
    """A token of the officer, and what their transactions tell the database."""
    store = engine.Database(url, pooled=False)
    engine.use(store)
    token = await token_of(cast.ola)
    actor = (await actor_by_token(token)).actor
    await store.dispose()
    return token, {"role": APP_ROLE, **{f"coord.{name}": value for name, value in told_of(actor).items()}}


def _plain(answer: Mapping[str, Any]) -> Any:
    """What either server says, in one form."""
    if "measures" in answer:
        found = answer["measures"]
        rows = [
            {"code": row["key"][0]["key"], "name": row["key"][0]["label"], **row["measures"]} for row in found["rows"]
        ]
        return rows, found["total"]
    return answer["report"]["nodes"], answer["total"]


async def _measured(ours: Target, theirs: Target, ready: Target, options: argparse.Namespace) -> list[dict[str, Any]]:
    """What both give, and what bytes that lie ready give, beside PostGraphile."""
    mine, other = [_plain(json.loads(await once(target))["data"]) for target in (ours, theirs)]
    if mine != other:
        raise SystemExit(f"the answers differ:\n{json.dumps(mine)[:1500]}\n{json.dumps(other)[:1500]}")
    rounds: dict[str, list[Round]] = {"ours": [], "reference": [], "ready": []}
    for _ in range(options.rounds):
        for target in (ours, theirs, ready):
            rounds[target.name].append(await one_round(target, options.seconds, options.connections))
    return [summary({"ours": rounds[name], "reference": rounds["reference"]}) for name in ("ours", "ready")]


def measured(base: Base, options: argparse.Namespace) -> None:
    """Both servers on one database, in turns; prints what came out."""
    with psycopg.connect(base.url, autocommit=True) as connection:
        connection.execute((FOLDER / "report.sql").read_text("utf-8").encode())
        connection.execute(b"VACUUM ANALYZE")
    token, settings = asyncio.run(_asking(base.url))
    asked = {"which": PROGRAM, "from": YEAR["from"][:7], "to": YEAR["to"][:7]}
    with (
        server("ours", base.url) as (port, pid),
        server("reference", base.url) as (ready_port, ready_pid),
        postgraphile(base.url, settings) as (other_port, other_pid),
    ):
        ours = Target("ours", port, pid, "/graphql", body_of(MEASURES, {"program": PROGRAM, **YEAR}), token)
        theirs = Target("reference", other_port, other_pid, "/graphql", body_of(THEIRS, asked), "")
        ready = Target("ready", ready_port, ready_pid, "/ready", body_of(MEASURES, {}), token)
        found, least = asyncio.run(_measured(ours, theirs, ready, options))
    for name, f in (
        ("coord", found["ours"]), ("PostGraphile", found["reference"]), ("ready bytes", least["ours"])
    ):  # fmt: skip
        say(
            f"{name:14}{f['per_second']:8.1f} a second, p50 {f['p50']:6.1f} ms, {f['cpu_ms']:5.2f} ms of the server's processor"
        )
    for name, r in (("coord", found["ratio"]), ("bytes that lie ready, behind a token,", least["ratio"])):
        say(f"{base.contacts:,} contacts: {name} to PostGraphile {r['median']:.2f} ({r['min']:.2f}..{r['max']:.2f})")


def main() -> None:
    """Read the options, fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.beside", description=__doc__)
    parser.add_argument("--database", help="PostgreSQL URL of a server where databases may be made")
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round")
    parser.add_argument("--install", action="store_true", help="fetch PostGraphile first")
    options = parser.parse_args()
    if options.install:
        install()
    if options.database is None:
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with made(options.database, [options.contacts], "coord_bench_beside", keep=False) as urls:
        base = Base(options.contacts, urls[options.contacts])
        upgrade(base.url)
        asyncio.run(prepare(base))
        measured(base, options)


if __name__ == "__main__":
    main()
