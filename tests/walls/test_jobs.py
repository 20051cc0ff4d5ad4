"""Jobs: what the domain asks for is in the table, takes the arguments it is given, and acts narrowly."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping

from coord.access import system
from coord.access.permissions import PERMISSIONS
from tests.walls.tree import ROOT, calls, literal, parsed, text, under
from workers.jobs import JOBS, Job
from workers.schedule import SCHEDULE

_ENOUGH = 3


def asked(trees: Iterable[ast.AST]) -> Iterator[tuple[str, set[str]]]:
    """Names and arguments in ``unit.later("name", …)``."""
    for tree in trees:
        for call in calls(tree, "later"):
            if call.args and (name := literal(call.args[0])):
                yield name, {keyword.arg for keyword in call.keywords if keyword.arg}


def unanswered(wanted: Iterable[tuple[str, set[str]]], jobs: Mapping[str, Job]) -> list[str]:
    """Jobs that nobody does, or that do not take what they are given."""
    wrong = []
    for name, given in wanted:
        taken = set(inspect.signature(jobs[name].run).parameters) - {"unit"} if name in jobs else set()
        if name not in jobs or taken != given:
            wrong.append(name)
    return wrong


def test_every_job_that_the_domain_asks_for_is_done() -> None:
    assert unanswered(asked(parsed(p) for p in under("coord")), JOBS) == []


def test_every_job_in_the_table_is_asked_for() -> None:
    assert set(JOBS) - {name for name, _ in asked(parsed(p) for p in under("coord"))} - set(SCHEDULE) == set()


def test_every_job_that_time_asks_for_is_done_without_arguments() -> None:
    assert unanswered([(name, set()) for name in SCHEDULE], JOBS) == []


def test_every_job_acts_as_a_narrow_part_of_the_system() -> None:
    wide = [name for name, job in JOBS.items() if len(job.actor.permissions) > len(PERMISSIONS) // _ENOUGH]
    people = [name for name, job in JOBS.items() if job.actor.user_id is not None or not job.actor.unscoped]
    assert (wide, people) == ([], [])


def test_every_job_is_documented() -> None:
    assert [name for name in JOBS if f"`{name}`" not in text(ROOT / "docs" / "deploy.md")] == []


def test_an_unknown_job_and_a_wrong_argument_are_found() -> None:
    async def run(unit: object, contact: str) -> None: ...

    tree = ast.parse("unit.later('a.b', contact=1)\nunit.later('a.b', person=1)\nunit.later('c.d')")
    assert unanswered(asked([tree]), {"a.b": Job(system("sample", "a test"), run)}) == ["a.b", "c.d"]
