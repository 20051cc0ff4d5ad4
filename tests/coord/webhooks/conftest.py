"""Webhooks may go to this machine while these tests run."""

from collections.abc import Iterator

import pytest

from coord.settings import settings
from tests.coord.webhooks.receiving import quiet_lease
from workers import perform


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The setting that a developer's machine has."""
    monkeypatch.setattr(perform, "_keep_lease", quiet_lease)
    monkeypatch.setenv("COORD_WEBHOOK_LOOPBACK", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
