"""A few kills in the ordinary run; two hundred by ``python -m tests.chaos.alerts --kills 200``."""

from functools import partial
from pathlib import Path

import anyio
import pytest
from sqlalchemy.engine import make_url

from tests.chaos.alerts import chaos
from tests.databases import new_postgres

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_killed_dispatchers_workers_and_queues_lose_no_alert(postgres_template: str, tmp_path: Path) -> None:
    with new_postgres(postgres_template) as made:
        url = make_url(made).render_as_string(hide_password=False)
        found = anyio.run(partial(chaos, url, tmp_path, kills=5, pause=1.0))
    assert {name: number for name, number in found["must be 0"].items() if number} == {}
    assert found["positive answers"] > 0
    assert found["taken on"] + found["reached every level, nobody took it on"] == found["positive answers"]
