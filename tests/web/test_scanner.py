"""A scanner of the operator's: asked about every file that is brought, before anything reads it; never passed by."""

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coord.contacts.tables import ContactImport
from coord.settings import settings
from coord.work import scanning
from coord.work.engine import Database
from tests.coord.importing.running import row, sheet
from tests.coord.kernel.test_files import PDF
from tests.coord.making import stored
from tests.walls.tree import calls, parsed, short, text, under
from tests.web.test_consents import CARE, CHOSEN, NEW, PATH
from tests.web.test_imports import upload
from tests.web.visit import fields_of, visiting

pytestmark = pytest.mark.anyio
SCANNER = """
import pathlib, sys, time
content = sys.stdin.buffer.read()
with pathlib.Path(sys.argv[1]).open("ab") as seen:
    seen.write(b"%d\\n" % len(content))
if b"SLOW" in content:
    time.sleep(30)
sys.exit(1 if b"HARMFUL" in content else 2 if b"BROKEN" in content else 0)
"""
Use = Callable[[str], None]


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """Sets a command."""

    def use(command: str) -> None:
        monkeypatch.setenv("COORD_SCANNER_COMMAND", command)
        settings.cache_clear()

    yield use
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def seen(tmp_path: Path, scanner: Use) -> Path:
    """A scanner of our own; the file in which it notes what it was given."""
    program, notes = tmp_path / "scanner.py", tmp_path / "seen"
    program.write_text(SCANNER, "utf-8")
    scanner(shlex.join([sys.executable, str(program), str(notes)]))
    return notes


def sizes(seen: Path) -> list[int]:
    """How long each file was that the scanner was given."""
    return [int(line) for line in seen.read_text("utf-8").split()]


async def test_a_clean_file_is_seen_and_taken(database: Database, seen: Path) -> None:
    content = sheet(row())
    async with visiting("sam") as sam:
        assert (await upload(sam, content)).status_code == 303
    assert sizes(seen) == [len(content)]
    assert len(await stored(ContactImport)) == 1


@pytest.mark.parametrize(
    ("word", "sentence"), [("HARMFUL", "found something harmful"), ("BROKEN", "could not be scanned just now")]
)
async def test_what_is_not_cleared_is_not_taken(database: Database, seen: Path, word: str, sentence: str) -> None:
    async with visiting("sam") as sam:
        answer = await upload(sam, sheet(row(备注=word)), month="2026-09")
        # Seen before anything reads it: it is no table at all.
        raw = await upload(sam, f"{word}\\0".encode())
    assert (answer.status_code, raw.status_code) == (422, 422)
    assert sentence in answer.text
    assert sentence in raw.text
    assert 'value="2026-09"' in answer.text
    assert await stored(ContactImport) == []


async def test_a_scanner_that_does_not_answer_or_is_not_there_lets_nothing_pass(
    database: Database, seen: Path, scanner: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "PATIENCE_SECONDS", 2.0)
    async with visiting("sam") as sam:
        slow = await upload(sam, sheet(row(备注="SLOW")))
        scanner("/no/such/scanner --flag")
        gone = await upload(sam, sheet(row()))
    assert [answer.status_code for answer in (slow, gone)] == [422, 422]
    assert all("could not be scanned just now" in answer.text for answer in (slow, gone))
    assert await stored(ContactImport) == []


def _takes_a_file(source: str) -> bool:
    return "max_body_size=" in source and ("UploadFile" in source or "posted_file(" in source)


def test_whatever_takes_a_file_has_it_scanned() -> None:
    takes = {path: text(path).count("max_body_size=") for path in under("web", "schema") if _takes_a_file(text(path))}
    assert {short(path) for path, routes in takes.items() if len(list(calls(parsed(path), "scan"))) < routes} == set()
    assert sum(takes.values()) > 3


async def test_a_signed_form_is_scanned_too(database: Database, seen: Path) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(NEW), NEW) | CHOSEN
        answer = await sam.post(NEW, data=form, files={"file": ("a.pdf", PDF + b"HARMFUL")})
        added = await sam.post(f"{PATH}/{CARE}/evidence", files={"file": ("a.pdf", PDF + b"HARMFUL")})
    assert (answer.status_code, added.status_code) == (422, 422)
    assert "found something harmful" in answer.text
    assert len(sizes(seen)) == 2
