"""The documents in the API's guide are valid against the schema, and its links lead somewhere."""

import re
from pathlib import Path

from graphql import parse, validate

from schema.app import core
from schema.budget import POINTS_PER_MINUTE
from schema.limits import MAX_ALIASES, MAX_COST, MAX_DEPTH

GUIDE = Path(__file__).parents[2] / "docs" / "api" / "README.md"
TEXT = GUIDE.read_text(encoding="utf-8")


def test_every_document_of_the_guide_is_valid() -> None:
    documents = [*re.findall(r"```graphql\n(.*?)```", TEXT, re.DOTALL), *re.findall(r'"""(.*?)"""', TEXT, re.DOTALL)]
    documents.append("{ viewer { name permissions } rateLimit { remaining } }")
    assert documents[-1] in TEXT
    assert len(documents) == 5
    assert [error.message for text in documents for error in validate(core, parse(text))] == []


def test_the_limits_of_the_guide_are_those_of_the_code() -> None:
    for number in (
        f"{MAX_COST:,} points",
        f"{MAX_DEPTH} levels",
        f"{MAX_ALIASES} aliases",
        f"{POINTS_PER_MINUTE:,} points",
    ):
        assert number in TEXT


def test_the_links_of_the_guide_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert targets
    assert [target for target in targets if not (GUIDE.parent / target).exists()] == []
