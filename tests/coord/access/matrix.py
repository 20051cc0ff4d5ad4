"""What each role may do and see, as docs/access-matrix.csv: ``python -m tests.walls.pages`` writes it anew.

The file is read by people, line by line, and compared by a test: a change of a role or of a rule shows there.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import anyio

from coord.access import Actor, Role
from coord.access.permissions import PERMISSIONS
from coord.access.roles import EVERYONE, PERMISSIONS_OF
from coord.access.rows import Predicate, Rule, all_rules
from tests.coord.access.small_world import OWN, SIBLING, TENANT, holder, seen

FILE = Path(__file__).resolve().parents[3] / "docs" / "access-matrix.csv"
_NOBODY = "nobody's role"
_ORDER = (OWN, SIBLING, TENANT)


async def actors() -> Mapping[str, Actor]:
    """Somebody of each role, and somebody without one."""
    return {role: await holder(role) for role in sorted(Role)} | {_NOBODY: await holder()}


def _verbs() -> Iterator[Sequence[str]]:
    for verb in sorted(PERMISSIONS):
        held = ["may" if verb in PERMISSIONS_OF[role] else "" for role in sorted(Role)]
        yield [f"verb {verb}", *held, "may" if verb in EVERYONE else ""]


def _predicates(rule: Rule) -> Iterator[tuple[str, Predicate]]:
    """The rule of the session, and what the database gives or takes beside it, where it is not the same."""
    yield "rows", rule.rows
    if rule.wall.sees:
        yield "given", rule.wall.sees
    if rule.wall.writes or rule.wall.sees:
        yield "written", rule.writes


def _rows(everybody: Mapping[str, Actor]) -> Iterator[Sequence[str]]:
    for rule in sorted(all_rules(), key=lambda rule: str(rule.model.__tablename__)):
        for what, predicate in _predicates(rule):
            places = [seen(rule.model, predicate, actor) for actor in everybody.values()]
            yield [
                f"{what} {rule.model.__tablename__}",
                *(" ".join(p for p in _ORDER if p in found) for found in places),
            ]


async def matrix() -> str:
    """The whole file."""
    everybody = await actors()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["operation", *(name.lower() for name in everybody)])
    writer.writerows([*_verbs(), *_rows(everybody)])
    return text.getvalue()


def main() -> None:
    """Write the file."""
    FILE.write_text(anyio.run(matrix), encoding="utf-8")
