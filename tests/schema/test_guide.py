"""The page of the API: what can be fetched, what it costs, what changed."""

import re

import pytest
from graphql import build_schema

from coord.language import LANGUAGES
from coord.work.engine import Database
from schema.changes import CHANGES, deprecated, deprecated_in
from schema.saved_files import served
from tests.schema.api import door

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("language", LANGUAGES)
async def test_everybody_reads_it_in_their_language(database: Database, language: str) -> None:
    async with door() as client:
        page = await client.get("/api", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert re.findall(r"<script|<style|style=", page.text) == []
    assert page.text.count("<dt>") == len(CHANGES) + len(deprecated())


async def test_every_saved_query_has_its_addresses_there_and_they_ask_who_one_is(database: Database) -> None:
    async with door() as client:
        links = set(re.findall(r'href="(/api/q/[^"]+)"', (await client.get("/api")).text))
        answers = {(await client.get(link)).status_code for link in links}
    assert links == {f"/api/q/{slug}.{ending}" for slug in served() for ending in ("csv", "xlsx", "json")}
    assert answers == {401}


def test_changes_are_told_newest_first() -> None:
    days = [change.day for change in CHANGES]
    assert days == sorted(days, reverse=True)


def test_what_the_schema_marks_as_deprecated_is_listed() -> None:
    schema = build_schema('type Query { old: Int @deprecated(reason: "use new, gone after 2027-04-01") new: Int }')
    assert [(one.name, one.reason) for one in deprecated_in(schema)] == [
        ("Query.old", "use new, gone after 2027-04-01")
    ]
