"""The public audit of GraphQL over HTTP, and documents of Power Query, run by Node against a server of ours."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_NODE = shutil.which("node")
_NPM = shutil.which("npm")


@dataclass(frozen=True, slots=True)
class Audit:
    """What became of one audit; ``status`` is ok, notice, warn or error."""

    id: str
    name: str
    status: str
    reason: str | None = None


def missing() -> str | None:
    """Why the audits cannot run on this machine, None if they can."""
    if _NODE is None:
        return "no Node on this machine"
    if not all((FOLDER / "node_modules" / name).is_dir() for name in ("graphql-http", "@microsoft/powerquery-parser")):
        return "the audits are not installed: python -m tests.audits --install"
    return None


def install() -> None:
    """Fetch exactly what the lock names, without running anything of it."""
    if _NPM is None:
        raise RuntimeError("no npm on this machine")
    subprocess.run([_NPM, "ci", "--ignore-scripts", "--silent"], cwd=FOLDER, check=True)  # noqa: S603 -- a fixed command


def audits_of(address: str, token: str) -> Sequence[Audit]:
    """Every audit of a server, asked as somebody who is signed in."""
    assert _NODE is not None
    done = subprocess.run(  # noqa: S603 -- our own script
        [_NODE, "audit.js", f"{address}/graphql"],
        cwd=FOLDER,
        env={**os.environ, "COORD_TOKEN": token},
        stdout=subprocess.PIPE,
        check=True,
    )
    return [Audit(**found) for found in json.loads(done.stdout)]


def printed_by_power_query(document: Path) -> str:
    """What a document of Power Query gives, a line for each row. Raises ``CalledProcessError`` where it is none, or fails."""
    assert _NODE is not None
    command = [_NODE, "power_query.js", str(document)]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, check=True, timeout=60)  # noqa: S603 -- our own script
    return done.stdout.decode()
