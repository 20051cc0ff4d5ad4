"""``python -m tests.bench.refusal``: how long it takes to refuse an expensive document, over HTTP, signed in by token.

Each document of ``tests/schema/test_limits.py``, the one of 54 characters among them, and never the same text twice, so
that nothing is remembered. Exit status 1: the median of one takes longer than 50 ms.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

import anyio
import structlog

from coord.migrations import upgrade
from schema.budget import Budget
from tests.databases import used
from tests.schema.api import GRAPHQL, Api, asking_as
from tests.schema.test_limits import REFUSED
from tests.world import build_world, cast

MOST = 0.050
"""Seconds."""


async def _refused(api: Api, document: str, times: int) -> tuple[Sequence[float], Sequence[float]]:
    """Seconds by the clock and of the processor of each refusal; the token is looked up anew each time."""
    by_clock, of_processor = [], []
    for number in range(times):
        begun, worked = time.perf_counter(), time.process_time()
        answer = await api.post({"query": f"{document}#{number}"}, Accept=GRAPHQL)
        by_clock.append(time.perf_counter() - begun)
        of_processor.append(time.process_time() - worked)
        if answer.status_code != 400:
            raise SystemExit(f"not refused: {answer.status_code} {answer.text[:200]}")
    return by_clock, of_processor


async def measure(url: str, times: int) -> bool:
    """Refuse every document so many times and say how long it took; whether each took less than is allowed."""
    within = True
    async with used(url, pooled=True):
        await build_world()
        async with asking_as(cast.ola, Budget(10**9)) as api:
            await _refused(api, "{ warm { up } }", 20)
            for name, (document, _) in REFUSED.items():
                by_clock, of_processor = await _refused(api, document, times)
                typical = median(by_clock)
                within = within and typical <= MOST
                sys.stdout.write(
                    f"{name[:45]:46}{len(document):>6} characters{typical * 1000:8.1f} ms,"
                    f" 95% within {quantiles(by_clock, n=20)[-1] * 1000:6.1f} ms,"
                    f" processor {median(of_processor) * 1000:6.1f} ms\n"
                )
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    return within


def main() -> None:
    """On a database of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.refusal", description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="refusals of each document")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'world.sqlite'}"
        upgrade(url)
        sys.exit(0 if anyio.run(measure, url, times) else 1)


if __name__ == "__main__":
    main()
