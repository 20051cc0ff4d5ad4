"""``python -m tests.bench --database URL --contacts 100000,1000000``: the API beside a hand-written reference.

Each size has its own PostgreSQL database beside the one that the URL names, filled once and kept.
Answers are compared before anything is timed; rounds of the two servers alternate, so only the ratio
counts. Prints a table and writes JSON.
"""

import argparse
import asyncio
import json
import math
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.data import database_url, migrate, prepare
from tests.bench.load import Round, Target, body_of, middle, once, one_round
from tests.bench.queries import LIST, MEASURES

FIRST = 50
CASES: dict[str, tuple[str, dict[str, Any], int]] = {
    "list": (LIST, {"first": FIRST}, 16),
    "measures": (MEASURES, {"program": "DIP"}, 2),
}


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def server(which: str, url: str) -> Iterator[tuple[int, int]]:
    """A server process: its port and its process id."""
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.serve", which, url, str(port)])  # noqa: S603  our own module
    try:
        for _ in range(300):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


async def compared(ours: Target, theirs: Target) -> None:
    """Ask both once. Raises unless the data is the same."""
    mine, other = json.loads(await once(ours)), json.loads(await once(theirs))
    if mine.get("data") != other.get("data"):
        raise SystemExit(f"the answers differ:\n{json.dumps(mine)[:1500]}\n{json.dumps(other)[:1500]}")


async def measured(url: str, token: str, options: argparse.Namespace) -> dict[str, Any]:
    """All cases on one database."""
    found: dict[str, Any] = {}
    with server("ours", url) as (port, pid), server("reference", url) as (other_port, other_pid):
        for name, (query, variables, concurrency) in CASES.items():
            given = {**variables, **({"from": options.start, "to": options.end} if name == "measures" else {})}
            body = body_of(query, given)
            ours = Target("ours", port, pid, "/graphql", body, token)
            theirs = Target("reference", other_port, other_pid, f"/{name}", body, token)
            await compared(ours, theirs)
            rounds: dict[str, list[Round]] = {"ours": [], "reference": []}
            for _ in range(options.rounds):
                for target in (ours, theirs):
                    rounds[target.name].append(await one_round(target, options.seconds, concurrency))
            found[name] = summary(rounds)
    return found


def summary(rounds: dict[str, list[Round]]) -> dict[str, Any]:
    """Medians of both, and the ratio with its least and most over the rounds."""
    pairs = zip(rounds["ours"], rounds["reference"], strict=True)
    ratios = sorted(ours.per_second / theirs.per_second for ours, theirs in pairs)
    figures = {who: {f: middle(all_rounds, f) for f in asdict(all_rounds[0])} for who, all_rounds in rounds.items()}
    return {**figures, "ratio": {"median": ratios[len(ratios) // 2], "min": ratios[0], "max": ratios[-1]}}


def slope(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The growth exponent between the smallest and the largest size: 0 constant, 1 proportional."""
    return math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])


def report(sizes: Sequence[int], results: dict[int, dict[str, Any]]) -> dict[str, float]:
    """Print the table; returns the exponents."""
    say(
        f"{'case':10}{'contacts':>10}{'server':>12}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'cpu ms':>9}  ratio (min..max)"
    )
    for name in CASES:
        for size in sizes:
            case = results[size][name]
            for who in ("ours", "reference"):
                f, r = case[who], case["ratio"]
                shown = f"  {r['median']:.2f} ({r['min']:.2f}..{r['max']:.2f})" if who == "ours" else ""
                line = f"{f['per_second']:9.1f}{f['p50']:9.2f}{f['p99']:9.2f}{f['cpu_ms']:9.2f}"
                say(f"{name:10}{size:>10}{who:>12}{line}{shown}")
    if len(sizes) == 1:
        return {}
    exponents = {
        f"{name} {who}": slope(sizes, [results[size][name][who]["p50"] for size in sizes])
        for name in CASES
        for who in ("ours", "reference")
    }
    for name, exponent in exponents.items():
        say(f"growth of {name}: contacts ^ {exponent:.2f}")
    return exponents


def main() -> None:
    """Read the options, prepare the databases, measure, report."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--database", required=True, help="PostgreSQL URL of a server where databases may be made")
    parser.add_argument("--contacts", default="100000", help="sizes, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round")
    parser.add_argument("--start", default="2025-12-01", help="first day of the measured year")
    parser.add_argument("--end", default="2026-11-30", help="last day of the measured year")
    parser.add_argument("--out", type=Path, default=Path("bench.json"))
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.contacts.split(","))
    results: dict[int, dict[str, Any]] = {}
    for size in sizes:
        url, is_new = database_url(options.database, size)
        migrate(url)
        token = asyncio.run(prepare(url, size, is_new=is_new))
        results[size] = asyncio.run(measured(url, token, options))
    exponents = report(sizes, results)
    options.out.write_text(json.dumps({"results": results, "growth": exponents}, indent=2), encoding="utf-8")
    say(f"written to {options.out}")


if __name__ == "__main__":
    main()
