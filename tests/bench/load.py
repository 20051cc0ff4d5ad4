"""A closed-loop client: a fixed number of connections, each asks again as soon as it is answered."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Target:
    """One question to one server, ready to be sent."""

    name: str
    port: int
    pid: int
    path: str
    body: bytes
    token: str

    @property
    def request(self) -> bytes:
        """The bytes of the request."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of one target gave."""

    per_second: float
    p50: float
    p99: float
    cpu_ms: float


def body_of(query: str, variables: Mapping[str, Any]) -> bytes:
    """A request's body."""
    return json.dumps({"query": query, "variables": variables}).encode()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return await reader.readexactly(int(length.partition(b":")[2]))


async def once(target: Target) -> bytes:
    """One answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    writer.write(target.request)
    found = await _answer(reader)
    writer.close()
    await writer.wait_closed()
    return found


async def _keep_asking(target: Target, until: float, size: int, spent: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    while (begun := time.perf_counter()) < until:
        writer.write(target.request)
        found = await _answer(reader)
        # A server that is out of connections may answer an error quickly: every answer must be whole.
        if abs(len(found) - size) > size // 10:
            raise RuntimeError(found[:500].decode())
        spent.append(time.perf_counter() - begun)
    writer.close()
    await writer.wait_closed()


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def one_round(target: Target, seconds: float, concurrency: int) -> Round:
    """Ask for some seconds; milliseconds are of one request."""
    size = len(await once(target))
    spent: list[float] = []
    before, begun = _cpu(target.pid), time.perf_counter()
    asking = [_keep_asking(target, begun + seconds, size, spent) for _ in range(concurrency)]
    await asyncio.gather(*asking)
    passed, cpu = time.perf_counter() - begun, _cpu(target.pid) - before
    cuts = statistics.quantiles(spent, n=100) if len(spent) > 1 else [spent[0]] * 99
    return Round(len(spent) / passed, cuts[49] * 1000, cuts[98] * 1000, cpu * 1000 / len(spent))


def middle(rounds: Sequence[Round], what: str) -> float:
    """The median of one figure over rounds."""
    return float(statistics.median(getattr(one, what) for one in rounds))
