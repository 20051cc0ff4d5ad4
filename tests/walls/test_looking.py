"""Every reading that the trail keeps about a client has a purpose, the data that it touches, and words for the client."""

import ast
from collections.abc import Iterator

from coord.clients.looking import MEANT
from coord.language import words
from tests.walls.tree import calls, literal, parsed, under


def verbs_about_clients(tree: ast.AST) -> Iterator[str]:
    """The verbs that a file puts on the trail as readings of a client."""
    for call in calls(tree, "record_reading"):
        verb, subject = (literal(argument) for argument in call.args[1:3])
        if verb is not None and subject == "client":
            yield verb


def test_every_reading_of_a_client_means_something_to_them() -> None:
    found = {verb for path in under("coord") for verb in verbs_about_clients(parsed(path))}
    assert found - set(MEANT) == set()


def test_every_meaning_has_words_and_every_word_a_meaning() -> None:
    said = {key.removeprefix("looks.") for key in words("en").texts if key.startswith("looks.") and key.count(".") > 1}
    assert said == set(MEANT)


def test_a_reading_without_a_meaning_is_found() -> None:
    tree = ast.parse(
        "audit.record_reading(unit, 'client.stare', 'client', ids)\nrecord_reading(unit, 'x.y', 'case', ids)"
    )
    assert list(verbs_about_clients(tree)) == ["client.stare"]
