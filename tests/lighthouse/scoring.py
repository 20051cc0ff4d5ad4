"""Lighthouse's accessibility of pages, in the system's Chromium."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_NODE, _NPM, _CHROMIUM = shutil.which("node"), shutil.which("npm"), shutil.which("chromium")
FORMS = ("phone", "desktop")


@dataclass(frozen=True, slots=True)
class Score:
    """What Lighthouse says of one page: 0 to 1, and the audits that are not met."""

    score: float | None
    failed: Sequence[str]
    error: str | None = None


def missing() -> str | None:
    """Why Lighthouse cannot run on this machine, None if it can."""
    if _NODE is None or _CHROMIUM is None:
        return "no Node or no Chromium on this machine"
    if not (FOLDER / "node_modules" / "lighthouse").is_dir():
        return "Lighthouse is not installed: python -m tests.lighthouse --install"
    return None


def install() -> None:
    """Fetch exactly what the lock names, without running anything of it."""
    if _NPM is None:
        raise RuntimeError("no npm on this machine")
    subprocess.run([_NPM, "ci", "--ignore-scripts", "--silent"], cwd=FOLDER, check=True)  # noqa: S603 -- a fixed command


def scores_of(form: str, addresses: Sequence[str]) -> Mapping[str, Score]:
    """The accessibility of each address as a phone or a desktop shows it."""
    assert _NODE is not None
    assert _CHROMIUM is not None
    done = subprocess.run(  # noqa: S603 -- our own script
        [_NODE, "score.js", form, *addresses],
        cwd=FOLDER,
        env={**os.environ, "CHROME_PATH": _CHROMIUM},
        stdout=subprocess.PIPE,
        check=True,
    )
    return {address: Score(**found) for address, found in json.loads(done.stdout).items()}
