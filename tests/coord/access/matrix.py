"""What each role may do and see, as docs/access-matrix.csv: ``python -m tests.walls.pages`` writes it anew.

The file is read by people, line by line, and compared by a test: a change of a role or of a rule shows there.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import anyio

from coord.access import Actor, Role
from coord.access.permissions import PERMISSIONS
from coord.access.roles import EVERYONE, PERMISSIONS_OF
from coord.access.rows import Predicate, Rule, all_rules
from tests.coord.access.small_world import OWN, SIBLING, TENANT, holder, seen, while_restricted

_DOCS = Path(__file__).resolve().parents[3] / "docs"
FILE = _DOCS / "access-matrix.csv"
TABLES = _DOCS / "access-tables.csv"
"""What every table holds and what a person's connection may do with it besides reading."""
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


def area_of(rule: Rule) -> str:
    """The package to which a table belongs."""
    return rule.model.__module__.partition(".tables")[0]


def _sorted(area: str = "") -> Sequence[Rule]:
    rules = (rule for rule in all_rules() if area in {"", area_of(rule)})
    return sorted(rules, key=lambda rule: str(rule.model.__tablename__))


def rows(everybody: Mapping[str, Actor], area: str = "") -> Iterator[Sequence[str]]:
    """The lines of the tables of an area, or of all."""
    restricted = [while_restricted(actor) for actor in everybody.values()]
    for rule in _sorted(area):
        for what, predicate in _predicates(rule):
            name, cells = f"{what} {rule.model.__tablename__}", _cells(rule, predicate, everybody.values())
            yield [name, *cells]
            narrowed = _cells(rule, predicate, restricted)
            if narrowed != cells:
                yield [f"restricted {name}", *narrowed]


def _cells(rule: Rule, predicate: Predicate, actors: Iterable[Actor]) -> Sequence[str]:
    """At which places each of some people has rows."""
    found = [seen(rule.model, predicate, actor) for actor in actors]
    return [" ".join(place for place in _ORDER if place in places) for places in found]


def tables(area: str = "") -> Iterator[Sequence[str]]:
    """What the tables of an area hold, or those of all: how long it is kept, which columns are personal."""
    for rule in _sorted(area):
        yield [
            str(rule.model.__tablename__),
            rule.retention,
            " ".join(sorted(rule.personal)),
            " ".join(rule.wall.grants),
        ]


def written(*lines: Sequence[str]) -> str:
    """Lines as they stand in a file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


async def matrix() -> str:
    """The whole file of roles."""
    everybody = await actors()
    head = ["operation", *(name.lower() for name in everybody)]
    return written(head, *_verbs(), *rows(everybody))


def table_file() -> str:
    """The whole file of tables."""
    return written(["table", "kept", "personal", "granted"], *tables())


def main() -> None:
    """Write both files."""
    FILE.write_text(anyio.run(matrix), encoding="utf-8")
    TABLES.write_text(table_file(), encoding="utf-8")
