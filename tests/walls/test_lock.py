"""requirements.lock: everything pinned with hashes, no address in it, nothing that would hide our packages."""

import re
import tomllib
from collections.abc import Iterable

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.walls.tree import ROOT, text

LOCK = ROOT / "requirements.lock"
TOOLS = ROOT / ".ci" / "tools.lock"
# Distributions whose packages are named like our doors.
_NAMESAKES = {"schema", "web-py", "workers"}
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[\w,-]+\])?==(?P<version>[^\s;]+)( ;.*)? \\$")


def faults(lines: Iterable[str]) -> list[str]:
    """Lines that are neither a pin nor a hash."""
    return [
        line for line in lines if not _PIN.match(line) and not re.fullmatch(r"    --hash=sha256:\w{64}( \\)?", line)
    ]


def pins() -> dict[str, set[Version]]:
    """Every pinned distribution; more than one version where the platform decides."""
    found: dict[str, set[Version]] = {}
    for match in filter(None, map(_PIN.match, text(LOCK).splitlines())):
        found.setdefault(canonicalize_name(match["name"]), set()).add(Version(match["version"]))
    return found


def wanted() -> list[Requirement]:
    """Every requirement of pyproject.toml, extras included."""
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    listed = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    return [requirement for line in listed if (requirement := Requirement(line)).name != "coord"]


def test_the_lock_holds_pins_and_hashes_and_nothing_else() -> None:
    assert faults(text(LOCK).splitlines()) + faults(text(TOOLS).splitlines()) == []


def test_every_requirement_is_satisfied_by_a_pin() -> None:
    found = pins()
    unmet = [str(r) for r in wanted() if not any(v in r.specifier for v in found.get(canonicalize_name(r.name), ()))]
    assert unmet == []


def test_no_pin_hides_one_of_our_packages() -> None:
    assert _NAMESAKES & set(pins()) == set()


def test_an_address_an_option_and_a_pin_without_a_hash_are_found() -> None:
    sample = ["--extra", "a==1", "b @ https:" + "//host/b.whl", "c==1 \\", "    --hash=sha256:" + "0" * 64]
    assert faults(sample) == sample[:3]
