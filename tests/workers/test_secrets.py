"""What production refuses to start with, one clear line each, and keys from files."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from coord.demo import BUILDER
from coord.identity.tables import User
from coord.settings import BadSettings, settings
from coord.work import begin
from tests.databases import migrated_sqlite
from tests.workers.test_commands import coord
from workers.commands.common import run

SERIOUS: Mapping[str, str] = {
    "COORD_ENV": "production", "COORD_SECRET_KEY": "k" * 40, "COORD_SEALING_KEYS": "s" * 40, "COORD_VAULT_KEYS": "v" * 40,
    "COORD_SEARCH_KEY": "n" * 40, "COORD_CHECKPOINT_KEYS": "c" * 40, "COORD_BASE_URL": "https://coord.example", "COORD_DEFAULT_LANGUAGE": "en",
}  # fmt: skip
REFUSED = [
    ({"COORD_SECRET_KEY": "development-only-not-a-secret"}, "COORD_SECRET_KEY is the example value"),
    ({"COORD_SECRET_KEY": "changeme-" + "x" * 40}, "COORD_SECRET_KEY is the example value"),
    ({"COORD_SECRET_KEY": "k" * 31}, "COORD_SECRET_KEY needs random values of 32 characters or more"),
    ({"COORD_VAULT_KEYS": "v" * 40 + ",short"}, "COORD_VAULT_KEYS needs random values of 32 characters or more"),
    ({"COORD_SEALING_KEYS": ""}, "COORD_SEALING_KEYS needs random values of 32 characters or more"),
    ({"COORD_SEARCH_KEY": "k" * 40}, "need values of their own"),
    ({"COORD_BASE_URL": "http://coord.example"}, "COORD_BASE_URL must start with https://"),
    ({"COORD_BASE_URL": "https://*.coord.example"}, "COORD_BASE_URL must name one host"),
    ({"COORD_BASE_URL": "https://0.0.0.0"}, "COORD_BASE_URL must name one host"),
    ({"COORD_DEBUG": "1"}, "COORD_DEBUG and Python's development mode must be off"),
    ({"COORD_SESSION_IDLE_MINUTES": "9999"}, "COORD_SESSION_IDLE_MINUTES"),
]


@pytest.fixture(autouse=True)
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A process with the settings of a careful operator."""
    monkeypatch.setenv("COORD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COORD_DATABASE_URL", f"sqlite:///{tmp_path}/coord.sqlite")
    monkeypatch.delenv("COORD_REDIS_URL", raising=False)
    for name, value in SERIOUS.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


@pytest.mark.parametrize(("changed", "line"), REFUSED)
def test_production_does_not_start_and_says_why_in_a_line(
    production: pytest.MonkeyPatch, changed: Mapping[str, str], line: str
) -> None:
    for name, value in changed.items():
        production.setenv(name, value)
    for command in ("serve", "doctor"):
        result = coord(command)
        assert result.exit_code == 1
        assert line in result.output
        assert "Traceback" not in result.output
        assert not any(value in result.output for value in changed.values() if len(value) > 30)


def test_everything_that_is_wrong_is_said_at_once(production: pytest.MonkeyPatch) -> None:
    for name in ("COORD_SECRET_KEY", "COORD_VAULT_KEYS"):
        production.setenv(name, "short")
    production.setenv("COORD_BASE_URL", "http://coord.example")
    with pytest.raises(BadSettings) as refused:
        settings()
    assert [line.split()[0] for line in refused.value.lines] == ["COORD_SECRET_KEY", "COORD_VAULT_KEYS",
                                                                 "COORD_SECRET_KEY,", "COORD_BASE_URL"]  # fmt: skip


def test_a_key_may_stand_in_a_file(production: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40 + "\n", "utf-8")
    file.chmod(0o600)
    production.delenv("COORD_SECRET_KEY")
    production.setenv("COORD_SECRET_KEY_FILE", str(file))
    assert settings().secret_key.get_secret_value() == "f" * 40


def test_a_key_twice_and_a_file_that_is_not_there_are_refused(production: pytest.MonkeyPatch, tmp_path: Path) -> None:
    production.setenv("COORD_SECRET_KEY_FILE", str(tmp_path / "none"))
    assert "COORD_SECRET_KEY and COORD_SECRET_KEY_FILE are both set" in coord("serve").output
    production.delenv("COORD_SECRET_KEY")
    assert "COORD_SECRET_KEY_FILE names a file that cannot be read" in coord("serve").output


def test_the_doctor_names_open_files_and_open_connections(production: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("redis://queue.example:6379/0", "utf-8")
    file.chmod(0o644)
    production.setenv("COORD_REDIS_URL_FILE", str(file))
    output = coord("doctor").output
    assert "COORD_REDIS_URL_FILE: other accounts of this machine may read the file" in output
    assert "COORD_REDIS_URL reaches another machine without encryption" in output


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("postgresql://db.example/coord", True),
        ("postgresql://db.example/coord?sslmode=require", True),
        ("postgresql://db.example/coord?sslmode=verify-full", False),
        ("postgresql://127.0.0.1/coord", False),
        ("postgresql:///coord", False),
    ],
)
def test_a_database_elsewhere_must_show_who_it_is(production: pytest.MonkeyPatch, url: str, *, is_open: bool) -> None:
    production.setenv("COORD_DATABASE_URL", url)
    assert (settings().unencrypted == ["COORD_DATABASE_URL"]) is is_open


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("redis://queue.example:6379/0", True),
        ("rediss://queue.example:6379/0?ssl_cert_reqs=none", True),
        ("rediss://queue.example:6379/0", False),
        ("redis://127.0.0.1:6379/0", False),
        ("unix:///run/valkey.sock", False),
    ],
)
def test_a_queue_elsewhere_must_show_who_it_is(production: pytest.MonkeyPatch, url: str, *, is_open: bool) -> None:
    production.setenv("COORD_REDIS_URL", url)
    assert (settings().unencrypted == ["COORD_REDIS_URL"]) is is_open


def test_networks_of_monitoring_are_networks(production: pytest.MonkeyPatch) -> None:
    production.setenv("COORD_MONITORING_NETWORKS", "10.0.0.0/8, everywhere")
    assert "COORD_MONITORING_NETWORKS holds something that is no network" in coord("serve").output


def test_production_does_not_serve_the_demo(production: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def make() -> None:
        async with begin(BUILDER) as unit:
            unit.add(User(email="sam@demo.example", name="Sam", password_hash="x"))

    migrated_sqlite(tmp_path / "coord.sqlite")
    run(make)
    for command in ("serve", "work"):
        assert "This database holds the demo" in coord(command).output
    assert "The database holds the demo" in coord("doctor").output
