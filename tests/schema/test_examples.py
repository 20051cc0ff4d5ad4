"""The examples of the guide are run against a served world with a published report, as an analyst would.

Power Query has no interpreter outside Excel: its maker's parser reads the example, ``tests/audits/power_query.js`` stands in
for the few functions that it calls. What need not be on a machine (R, Node's packages) the gate brings where it may; the test
that cannot run says so, and address, columns and brackets are held against the others anyway.
"""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx2
import pytest
from graphql import parse, validate

from coord.work import engine
from schema.app import core
from tests.audits.auditing import missing, printed_by_power_query
from tests.coord.releases.making import published, seen
from tests.schema.api import token_of
from tests.serving import serving
from tests.world import cast

pytestmark = pytest.mark.anyio
FOLDER = Path(__file__).parents[2] / "docs" / "api" / "examples"
ADDRESS = "/api/q/impact-report.csv?period=2026Q3"
COLUMNS = ("hospital.key", "personTimes.value", "personTimes.status")
RUN: Mapping[str, Sequence[str]] = {
    "report.py": [sys.executable],
    "report.mjs": ["node"],
    "report.R": ["Rscript"],
}
NEEDS: Mapping[str, Sequence[str]] = {"report.R": ["Rscript", "-e", "library(httr2)"]}
"""What ends well where a language has what an example says that it needs."""
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Served:
    """A server's address and a sponsor's token for it."""

    address: str
    token: str

    def run(self, command: Sequence[str]) -> str:
        """What an example prints."""
        known = {"COORD_ADDRESS": self.address, "COORD_TOKEN": self.token}
        done = subprocess.run(  # noqa: S603 -- an interpreter of this machine, with a file of ours
            [*command], env={**os.environ, **known}, capture_output=True, check=True, timeout=60
        )
        return done.stdout.decode()


@pytest.fixture
async def served(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Served]:
    """The cast's world with a published quarter, behind a real server."""
    path = tmp_path / "served.sqlite"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    store = engine.Database(url, pooled=False)
    engine.use(store)
    await seen()
    await published()
    token = await token_of(cast.fatima)
    engine.use(None)
    await store.dispose()
    with serving(url) as address:
        yield Served(address, token)


def _can_run(name: str) -> bool:
    if shutil.which(RUN[name][0]) is None:
        return False
    return name not in NEEDS or subprocess.run(NEEDS[name], capture_output=True, check=False).returncode == 0  # noqa: S603 -- a fixed command


async def test_curl_gets_the_file_that_the_server_gives(served: Served) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl on this machine: only its address was checked")
    printed = await anyio.to_thread.run_sync(served.run, ["sh", str(FOLDER / "report.sh")])
    headers = {"Authorization": f"Bearer {served.token}"}
    given = await anyio.to_thread.run_sync(lambda: httpx2.get(served.address + ADDRESS, headers=headers))
    assert (given.status_code, printed.encode()) == (200, given.content)


@pytest.mark.parametrize("name", RUN)
async def test_an_example_prints_what_was_published(served: Served, name: str) -> None:
    interpreter = RUN[name]
    if not _can_run(name):
        pytest.skip(
            f"{interpreter[0]} cannot run it on this machine: only the example's address and brackets were checked"
        )
    printed = await anyio.to_thread.run_sync(served.run, [*interpreter, str(FOLDER / name)])
    assert printed.splitlines() == await _published(served)


async def _published(served: Served) -> Sequence[str]:
    """What each example prints: a line for each hospital."""
    headers = {"Authorization": f"Bearer {served.token}"}
    given = await anyio.to_thread.run_sync(lambda: httpx2.get(served.address + ADDRESS, headers=headers))
    rows = list(csv.DictReader(io.StringIO(given.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    return ["\t".join(row[column] for column in COLUMNS) for row in rows]


def _power_query(served: Served, folder: Path, *changed: tuple[str, str]) -> str:
    """What the example in Power Query gives, with this server and token, and changed as somebody might mistype it."""
    text = (FOLDER / "report.pq").read_text(encoding="utf-8")
    for old, new in (("http://127.0.0.1:8000", served.address), ("coord_…", served.token), *changed):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    document = folder / "report.pq"
    document.write_text(text, encoding="utf-8")
    return printed_by_power_query(document)


async def test_power_query_gives_what_was_published(served: Served, tmp_path: Path) -> None:
    if why := missing():
        pytest.skip(f"{why}: only the example's address, steps and brackets were checked")
    printed = await anyio.to_thread.run_sync(_power_query, served, tmp_path)
    assert printed.splitlines() == await _published(served)
    for changed in (("Table.PromoteHeaders", "Table.Headers"), ('"hospital.key"', '"hospital"'), ("in\n", "out\n")):
        with pytest.raises(subprocess.CalledProcessError):
            await anyio.to_thread.run_sync(_power_query, served, tmp_path, changed)


def unbalanced(text: str) -> str | None:
    """The first bracket that closes nothing, or that nothing closes; texts and comments hold none."""
    bare = re.sub(r'"[^"]*"|//.*|#.*', "", text)
    opened: list[str] = []
    for sign in bare:
        if sign in _PAIRS.values():
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            return sign
    return opened[-1] if opened else None


@pytest.mark.parametrize("name", ["report.sh", "report.py", "report.R", "report.pq"])
def test_every_example_fetches_the_same_address_with_a_token(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert re.findall(r"/api/q/[^\"' ]+", text) == [ADDRESS]
    assert "Bearer" in text or "bearer" in text
    assert name == "report.sh" or all(column in text for column in COLUMNS)


@pytest.mark.parametrize("name", ["report.R", "report.pq"])
def test_what_may_not_be_run_here_has_its_brackets_in_order(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert unbalanced(text) is None
    assert unbalanced(f"{text})") == ")"
    assert unbalanced(f"{text}(") == "("


def test_power_query_names_each_step_before_it_is_used() -> None:
    text = (FOLDER / "report.pq").read_text(encoding="utf-8")
    body = re.search(r"^let\n(.*)^in\n(.*)$", text, re.DOTALL | re.MULTILINE)
    assert body is not None
    steps = re.findall(r"^    (\w+) =", body.group(1), re.MULTILINE)
    assert steps == ["Address", "Token", "Answer", "Table", "Report", "Typed"]
    used = [[step for step in steps if re.search(rf"[(&]\s*{step}\b(?!\.)", part)] for part in (*body.groups(),)]
    assert used == [["Address", "Token", "Answer", "Table", "Report"], ["Typed"]]


def test_the_document_of_the_example_for_node_is_valid() -> None:
    (document,) = re.findall(r"const query = `(.*?)`", (FOLDER / "report.mjs").read_text(encoding="utf-8"), re.DOTALL)
    assert validate(core, parse(document)) == []


def test_the_guide_names_every_example() -> None:
    guide = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in FOLDER.iterdir()} == set(re.findall(r"\]\(examples/([^)]+)\)", guide))
