"""Rows that last are completed once, and nobody is answered in another's words or by another's selection."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from coord.identity.tables import User
from coord.kernel.remembered import LastingRows, made_of
from coord.language import LANGUAGES
from coord.work import begin
from coord.work.engine import Database
from schema import executor, impact, measures
from tests.coord.measures.rolling import caught_up
from tests.coord.measures.test_folding import some_contacts
from tests.coord.releases.making import published, seen
from tests.schema.api import Api, asking_as
from tests.world import BUILDER, cast

pytestmark = pytest.mark.anyio
_YEAR = 'program: "DIP", from: "2026-01-01", to: "2026-12-31"'
_ROWS = (
    "rows { key { dimension key label } measures { contacts persons } }",
    "rows { measures { contacts } } total { contacts }",
    "all: rows { __typename measures { n: contacts m: minutes } }",
    "rows { key { label } measures { identifiedShare closedLoopRate } }",
)
DOCUMENTS = [
    *(
        f"{{ measures({_YEAR}, groupBy: [{by}]) {{ {rows} }} }}"
        for by in ("HOSPITAL", "SERVICE_CODE")
        for rows in _ROWS
    ),
    '{ impactReport(program: "DIP", period: "2026Q3", groupBy: [HOSPITAL]) { rows { key { label } measures { persons { value } } } } }',
    """{ impactReport(program: "DIP", period: "2026Q3", groupBy: [PROVINCE]) {
      rows { key { label } measures { sessions { status } } } profile { sex ageBand measures { persons { status } } } } }""",
]


async def _speak(language: str) -> None:
    async with begin(BUILDER) as unit:
        (await unit.find(User, cast.ola.user_id)).language = language  # type: ignore[arg-type]


async def _answers() -> Sequence[Any]:
    async with asking_as(cast.ola) as api:
        return [await api.data(document) for document in DOCUMENTS]


async def _in_every_language() -> Mapping[str, Sequence[Any]]:
    found = {}
    for language in LANGUAGES:
        await _speak(language)
        found[language] = await _answers()
    return found


def _anew(source: Any, _key: object, make: Any) -> Any:
    return make(source)


async def _filled() -> None:
    await some_contacts()
    await seen()
    await published()
    await caught_up()


async def test_what_is_completed_once_is_what_is_completed_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _filled()
    first, again = await _in_every_language(), await _in_every_language()
    for module in (executor, impact, measures):
        monkeypatch.setattr(module, "made_of", _anew)
    assert first == again == await _in_every_language()
    assert len({str(answers) for answers in first.values()}) == len(LANGUAGES)


async def test_rows_are_said_once_for_each_language(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await _filled()
    said = list[Any]()

    def listening(source: Any, key: Any, make: Any) -> Any:
        def told(rows: Any) -> Any:
            said.append(key[0])
            return make(rows)

        return made_of(source, key, told)

    monkeypatch.setattr(measures, "made_of", listening)
    for language in ("en", "ko", "en"):
        await _speak(language)
        async with asking_as(cast.ola) as api:
            await _twice(api)
    assert said == ["en", "ko"]


async def _twice(api: Api) -> None:
    assert await api.data(DOCUMENTS[0]) == await api.data(DOCUMENTS[0])


@pytest.mark.parametrize("document", [DOCUMENTS[0], DOCUMENTS[-2], DOCUMENTS[-1]])
async def test_a_selection_is_completed_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, document: str
) -> None:
    await _filled()
    made = list[object]()

    def listening(source: Any, key: Any, make: Any) -> Any:
        def noted(rows: Any) -> Any:
            made.append(key)
            return make(rows)

        return made_of(source, key, noted if isinstance(source, LastingRows) else make)

    for module in (executor, impact, measures):
        monkeypatch.setattr(module, "made_of", listening)
    async with asking_as(cast.ola) as api:
        first = await api.data(document)
        assert any(map(callable, made)), "completed by a selection"
        made.clear()
        assert await api.data(document) == first
    assert made == []
