"""The vocabulary of verbs: each used, explained in every language, and shown in docs/access.md."""

import inspect
from collections.abc import Iterable

from coord.access.permissions import PERMISSIONS
from coord.access.roles import EVERYONE, PERMISSIONS_OF, Role
from coord.language import LANGUAGES, words
from tests.walls.test_verbs import modules
from tests.walls.tree import ROOT, calls, literal, parsed, text, under

PAGE = ROOT / "docs" / "access.md"


def verbs() -> set[str]:
    """Permissions that some action or read of an area asks for, or that the code asks about by name."""
    functions = (value for m in modules() for value in vars(m).values() if inspect.isfunction(value))
    found = {value.__dict__["verb"][1] for value in functions if "verb" in value.__dict__}
    for path in under("coord", "schema", "web", "workers"):
        for call in (*calls(parsed(path), "require"), *calls(parsed(path), "may")):
            found.update(key for argument in call.args if (key := literal(argument)))
    return found


def without_a_sentence(permissions: Iterable[str]) -> list[str]:
    """Permissions whose refusal some language cannot explain."""
    keys = [f"permission.{permission}.refused" for permission in sorted(permissions)]
    return [f"{language}: {key}" for language in LANGUAGES for key in keys if not words(language).has(key)]


def table() -> str:
    """Roles x permissions, as docs/access.md must show them."""
    roles = sorted(Role)
    lines = [
        "| Permission | " + " | ".join(role.replace("_", " ").capitalize() for role in roles) + " |",
        "|---|" + ":-:|" * len(roles),
    ]
    for permission in sorted(PERMISSIONS):
        marks = ("●" if permission in EVERYONE | PERMISSIONS_OF[role] else "" for role in roles)
        lines.append(f"| `{permission}` | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def test_every_permission_is_used() -> None:
    assert sorted(PERMISSIONS - verbs()) == []


def test_every_verb_that_is_asked_for_is_in_the_vocabulary() -> None:
    assert sorted(verbs() - PERMISSIONS) == []


def test_every_permission_can_be_refused_in_every_language() -> None:
    assert without_a_sentence(PERMISSIONS) == []


def test_every_role_holds_only_known_permissions() -> None:
    assert {permission for held in PERMISSIONS_OF.values() for permission in held} - PERMISSIONS == set()


def test_the_page_shows_the_table_as_it_is() -> None:
    assert table() in text(PAGE)


def test_a_permission_without_a_sentence_is_found() -> None:
    assert without_a_sentence(["contact.burn"])[0] == "zh-CN: permission.contact.burn.refused"
