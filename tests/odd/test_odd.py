"""Nothing that somebody sends makes a route fail or tell of its inside.

Each route and each argument meets a part of the list here; ``python -m tests.odd`` sends all of it.
"""

import itertools

import pytest

from coord.work.engine import Database
from tests.fuzz import judging
from tests.odd.asking import ask_arguments, ask_routes
from tests.odd.values import TEXTS, VALUES

pytestmark = pytest.mark.anyio


@pytest.mark.timeout(400)
async def test_no_route_fails_on_odd_input(real_database: Database) -> None:
    found = await ask_routes(range(1))
    assert found.asked > 100
    assert found.wrong == []


async def test_no_argument_of_the_api_fails_on_odd_input(real_database: Database) -> None:
    found = await ask_arguments(1)
    assert found.asked > 100
    assert found.wrong == []


def test_a_failure_a_trace_and_a_driver_are_found() -> None:
    assert next(judging.faults(500, "{}")).startswith("status 500")
    assert judging.inside('File "x.py", line 3') == 'File "'
    assert judging.inside("the query contains a null character [SQL: SELECT a FROM b]") is not None
    assert judging.inside("sqlalchemy.exc.StatementError") == "sqlalchemy"
    assert judging.inside("请先登录") is None


def test_the_list_holds_what_it_promises() -> None:
    texts = set(TEXTS.values())
    assert {"a\0b", "a\ud800b", str(2**31), str(2**63), "1e400"} <= texts
    assert {type(value) for value in VALUES} == {type(None), bool, int, float, list, dict, str}
    assert len(list(itertools.combinations(texts, 2))) > 200
