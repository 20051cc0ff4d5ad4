"""Roles and verbs: what the reviewed matrix says of them."""

import csv
from pathlib import Path

from coord.access.permissions import PERMISSIONS
from coord.access.roles import EVERYONE, MEMBER, PERMISSIONS_OF, Role, roles_with

_FILE = Path(__file__).resolve().parents[4] / "docs" / "access-matrix.csv"


def _verbs() -> dict[str, dict[str, str]]:
    lines = csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines())
    found = [line for line in lines if line["operation"].startswith("verb ")]
    return {line.pop("operation").removeprefix("verb "): line for line in found}


def test_every_verb_is_in_the_file_and_no_other() -> None:
    assert set(_verbs()) == PERMISSIONS
    assert len(PERMISSIONS) == len(_verbs())


def test_each_role_has_the_verbs_of_the_file() -> None:
    assert set(PERMISSIONS_OF) == set(Role)
    for role, held in PERMISSIONS_OF.items():
        assert held == {verb for verb, line in _verbs().items() if line[role.lower()] == "may"}, role
    assert {verb for verb, line in _verbs().items() if line["nobody's role"]} == EVERYONE == {"account.manage_own"}


def test_every_member_of_an_organization_has_the_same_few_verbs() -> None:
    assert {
        "account.manage_own",
        "checkpoint.list",
        "organization.list",
        "program.list",
        "release.read",
        "token.create",
    } == MEMBER
    assert frozenset.intersection(*map(frozenset, PERMISSIONS_OF.values())) == MEMBER


def test_roles_are_known_by_their_names() -> None:
    assert [(role.name, role.value) for role in Role] == [(role.name, role.name) for role in Role]
    assert len(Role) == 11


def test_roles_are_found_by_a_verb() -> None:
    assert roles_with("case.work") == [Role.SOCIAL_WORKER]
    assert roles_with("month.lock") == [Role.PROGRAM_OFFICER]
    assert roles_with("job.run") == []
