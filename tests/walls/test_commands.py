"""Every command says what it does, shows an example, and stands in the documentation."""

from collections.abc import Iterator

import click

from tests.walls.tree import ROOT, text
from workers.commands import main


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def unexplained(group: click.Group) -> list[str]:
    """Commands without help, options without a meaning, and commands without an example that names them."""
    wrong = []
    for name, command in commands(group):
        if not command.help:
            wrong.append(f"{name}: no help")
        if f"coord {name}" not in (command.epilog or ""):
            wrong.append(f"{name}: no example")
    return wrong


def test_every_command_explains_itself_with_an_example() -> None:
    assert unexplained(main) == []


def test_every_command_stands_in_the_documentation() -> None:
    page = text(ROOT / "docs" / "deploy.md")
    assert [name for name, _ in commands(main) if f"coord {name}" not in page] == []


def test_the_readme_lists_the_commands() -> None:
    listed = text(ROOT / "README.md").split("each with an example: ", 1)[1].split(". ", 1)[0]
    assert listed.replace("\n", " ") == ", ".join(f"`{name}`" for name in main.commands)


def test_a_command_without_help_and_example_is_found() -> None:
    sample = click.Group("coord", {"burn": click.Command("burn")})
    assert unexplained(sample) == ["burn: no help", "burn: no example"]
