"""Compiled completion says exactly what the ordinary executor says, errors included."""

from typing import Any

import pytest
from graphql.execution import Executor

from coord.work.engine import Database
from schema import running
from schema.budget import Budget
from tests.conftest import DATABASES
from tests.schema import filling
from tests.schema.api import Api, asking_as
from tests.schema.walking import documents
from tests.world import cast

pytestmark = pytest.mark.anyio


class Ordinary(Executor[Any]):
    """The executor of graphql-core, row by row and field by field."""


async def answers(api: Api, executor: type[Any], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr(running, "ApiExecutor", executor)
    found = []
    for document in documents():
        if "rateLimit" not in document and "asOf" not in document:
            answer = await api.ask(document)
            answer.pop("extensions", None)
            found.append(answer)
    return found


# The executors answer from the same rows: which database gave them is not theirs to know.
@pytest.mark.parametrize("database", DATABASES[:1], indirect=True)
@pytest.mark.parametrize("name", ["sam", "ola", "fatima"])
async def test_both_executors_give_the_same_answers_on_every_path(
    database: Database, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    await filling.contacts(3)
    compiled = running.ApiExecutor
    async with asking_as(getattr(cast, name), Budget(10**9)) as api:
        ordinary = await answers(api, Ordinary, monkeypatch)
        fast = await answers(api, compiled, monkeypatch)
    assert len(ordinary) > 50
    assert fast == ordinary
