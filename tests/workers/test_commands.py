"""The command line: one clear line for what is wrong, a non-zero exit, an example in every help."""

import importlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import anyio
import click
import pytest
from click.testing import CliRunner, Result

from coord.access import system
from coord.access.roles import PERMISSIONS_OF
from coord.contacts.tables import ServiceContact
from coord.identity import SignIn, actor_by_session, actor_by_token, sign_in
from coord.kernel.errors import Unauthenticated
from coord.kernel.sql import select
from coord.migrations import current, downgrade, head, upgrade
from coord.programs.working_days import working_days
from coord.settings import settings
from coord.work import begin, engine, outbox
from tests.databases import migrated_sqlite
from workers.commands import main

WRITER = system("test writer", "leaves jobs behind in a test", "job.run")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of this test's own, and English sentences."""
    for name in ("DATABASE_URL", "REDIS_URL", "ENV", "SECRET_KEY", "BASE_URL"):
        monkeypatch.delenv(f"COORD_{name}", raising=False)
    monkeypatch.setenv("COORD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COORD_DEFAULT_LANGUAGE", "en")
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()
    engine.use(None)


@pytest.fixture
def installed(home: Path) -> None:
    """With the tables, as after ``coord migrate``."""
    migrated_sqlite(home / "coord.sqlite")


def coord(*arguments: str) -> Result:
    """Run a command in this process, as a fresh process would."""
    settings.cache_clear()
    return CliRunner().invoke(main, arguments)


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from walk(child, (*path, name))


LEAVES = [path for path, command in walk(main) if not isinstance(command, click.Group)]


def test_the_promised_commands_exist() -> None:
    promised = {("demo",), ("serve",), ("work",), ("migrate",), ("seed",), ("doctor",), ("import", "contacts"),
                ("user", "create"), ("token", "create")}  # fmt: skip
    assert promised <= set(LEAVES)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_help_has_an_example_of_that_very_command(path: tuple[str, ...]) -> None:
    result = coord(*path, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output
    assert f"coord {' '.join(path)}" in result.output.split("Example:")[1]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["demo", "--port", "99999"], "99999 is not in the range"),
        (["seed", "--contacts", "many"], "'many' is not a valid integer"),
        (["seed", "--hospitals", "0"], "0 is not in the range"),
        (["nonsense"], "No such command 'nonsense'"),
        (["token", "create", "--name", "x"], "Missing option '--email'"),
    ],
)
def test_a_wrong_option_is_named_in_one_line(arguments: list[str], line: str) -> None:
    result = coord(*arguments)
    assert result.exit_code == 2
    assert line in result.output


def test_migrate_makes_the_tables_and_says_when_there_is_nothing_to_do() -> None:
    first, second = coord("migrate"), coord("migrate")
    assert current(settings().effective_database_url) == head()
    assert (first.exit_code, first.output) == (0, f"The database is at version {head()} now.\n")
    assert (second.exit_code, second.output) == (0, f"The database is at version {head()} already.\n")


@pytest.mark.parametrize("arguments", [["serve"], ["work"], ["user", "create", "--email", "a@b.cd", "--name", "A",
                                       "--password", "long enough 1"], ["token", "create", "--email", "a@b.cd", "--name", "x"]],
                         ids=["serve", "work", "user", "token"])  # fmt: skip
def test_pending_migrations_are_said_before_anything_starts(arguments: list[str]) -> None:
    result = coord(*arguments)
    assert result.exit_code == 1
    assert result.output.endswith(
        f"Error: The database is at version -, this program needs {head()}. Run: coord migrate\n"
    )


def test_a_database_that_is_away_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    for arguments in (["migrate"], ["serve"], ["seed", "--hospitals", "2", "--contacts", "20"]):
        result = coord(*arguments)
        assert (result.exit_code, result.output) == (
            1, "Error: The database cannot be reached. Check COORD_DATABASE_URL.\n",
        )  # fmt: skip


def test_settings_that_are_not_serious_in_production_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COORD_ENV", "production")
    result = coord("migrate")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "COORD_SECRET_KEY" in result.output
    assert "Traceback" not in result.output


def serious(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("ENV", "production"),
        ("SECRET_KEY", "k" * 40),
        ("SEALING_KEYS", "s" * 40),
        ("VAULT_KEYS", "v" * 40),
        ("CHECKPOINT_KEYS", "c" * 40),
        ("SEARCH_KEY", "n" * 40),
        ("BASE_URL", "https://coord.example"),
    ):
        monkeypatch.setenv(f"COORD_{name}", value)


@pytest.mark.parametrize("command", ["demo", "seed"])
def test_invented_data_are_refused_in_production(command: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    serious(monkeypatch)
    result = coord(command)
    assert (result.exit_code, result.output) == (1, "Error: Invented data do not belong in production (COORD_ENV).\n")
    assert not home.exists()


@pytest.mark.usefixtures("installed")
def test_seed_fills_an_empty_database_once() -> None:
    first = coord("seed", "--hospitals", "3", "--contacts", "120")
    second = coord("seed", "--hospitals", "3", "--contacts", "120")
    assert first.exit_code == 0
    assert "120 contacts at 3 hospitals in " in first.output
    assert (second.exit_code, second.output.splitlines()[-1]) == (
        1, "Error: The database holds a program already. Use an empty one.",
    )  # fmt: skip
    assert anyio.run(contacts) == 120


async def contacts() -> int:
    async with begin(WRITER, read_only=True) as unit:
        number = await unit.count(select(ServiceContact.id))
    await engine.database().dispose()
    engine.use(None)
    return number


def test_seed_wants_a_contact_for_every_hospital() -> None:
    result = coord("seed", "--hospitals", "10", "--contacts", "9")
    assert (result.exit_code, result.output) == (
        1, "Error: At least one contact for each of the 10 hospitals, please.\n",
    )  # fmt: skip


def new_user(**changed: str) -> Result:
    options = {"email": "lin@example.org", "name": "林晓", "password": "a long password", **changed}
    return coord("user", "create", *(part for name, value in options.items() for part in (f"--{name}", value)))


@pytest.mark.usefixtures("installed")
def test_a_created_person_signs_in_with_the_role_and_a_token_speaks_for_them() -> None:
    coord("seed", "--hospitals", "1", "--contacts", "10")
    made = new_user(role="SOCIAL_WORKER", organization="H001")
    token = coord("token", "create", "--email", "lin@example.org", "--name", "report", "--days", "3").output.strip()
    assert (made.exit_code, made.output) == (0, "lin@example.org can sign in now.\n")

    async def both() -> tuple[bool, bool]:
        secret = (await sign_in(SignIn.parse({"email": "lin@example.org", "password": "a long password"}))).session
        by_cookie, by_token = await actor_by_session(secret), await actor_by_token(token)
        await engine.database().dispose()
        engine.use(None)
        return by_cookie.actor.may("contact.log"), by_token.actor == by_cookie.actor

    assert anyio.run(both) == (True, True)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"email": "nobody"}, "Error: "),
        ({"password": "short"}, "Error: "),
        ({"role": "SOCIAL_WORKER"}, "Error: Give --role and --organization together.\n"),
        ({"role": "SOCIAL_WORKER", "organization": "H999"}, "Error: There is no such thing here. Check the code.\n"),
    ],
)
def test_a_person_who_cannot_be_created_is_refused_in_one_line(changed: dict[str, str], line: str) -> None:
    result = new_user(**changed)
    assert result.exit_code == 1
    assert result.output.startswith(line)
    assert len(result.output.splitlines()) == 1


@pytest.mark.usefixtures("installed")
def test_an_empty_installation_gets_its_first_organization_and_administrator() -> None:
    add = ("organization", "add", "--code", "F01", "--name", "明灯公益基金会", "--kind", "FOUNDATION")
    first, second = coord(*add), coord(*add)
    made = new_user(role="ADMINISTRATOR", organization="F01")
    assert (first.exit_code, first.output) == (0, "明灯公益基金会 is in the directory as F01.\n")
    assert (second.exit_code, len(second.output.splitlines()), made.exit_code) == (1, 1, 0)


@pytest.mark.usefixtures("installed")
def test_an_address_is_taken_once() -> None:
    first, second = new_user(), new_user(email="LIN@example.org")
    assert (first.exit_code, second.exit_code, len(second.output.splitlines())) == (0, 1, 1)


@pytest.mark.usefixtures("installed")
def test_a_token_for_nobody_is_refused() -> None:
    result = coord("token", "create", "--email", "nobody@example.org", "--name", "x")
    assert (result.exit_code, result.output) == (1, "Error: Nobody signs in with this address.\n")


@pytest.mark.usefixtures("installed")
def test_a_token_for_reading_from_one_network_is_made_so() -> None:
    new_user()
    narrow = ("--scope", "read", "--network", "203.0.113.0/24")
    token = coord("token", "create", "--email", "lin@example.org", "--name", "report", *narrow).output.strip()
    wrong = coord("token", "create", "--email", "lin@example.org", "--name", "x", "--network", "office")

    async def made_for() -> tuple[set[str], bool]:
        inside = (await actor_by_token(token, "203.0.113.7")).actor
        try:
            await actor_by_token(token, "203.0.114.7")
            outside = True
        except Unauthenticated:
            outside = False
        await engine.database().dispose()
        engine.use(None)
        return set(inside.token_scopes), outside

    assert anyio.run(made_for) == ({"READ"}, False)
    assert (wrong.exit_code, wrong.output.startswith("Error: “office”")) == (1, True)


def test_no_role_of_the_product_may_issue_tokens_for_others() -> None:
    assert not any("identity.authenticate" in permissions for permissions in PERMISSIONS_OF.values())


@pytest.mark.usefixtures("installed")
def test_work_once_does_what_waits() -> None:
    coord("seed", "--hospitals", "1", "--contacts", "10")
    coord("work", "--once")  # what time asks for is done with it

    async def leave() -> None:
        async with begin(WRITER) as unit:
            contact = await unit.scalar(select(ServiceContact.id))
            unit.later("contacts.flag_quality", contact=contact)
        await engine.database().dispose()
        engine.use(None)

    anyio.run(leave)
    assert [coord("work", "--once").output, coord("work", "--once").output] == ["1 job done.\n", "0 jobs done.\n"]


def test_a_years_holidays_are_imported_and_a_wrong_table_changes_nothing(tmp_path: Path, home: Path) -> None:
    table = tmp_path / "CN-2027.csv"
    table.write_text("day,kind,name\n2027-01-01,HOLIDAY,元旦\n", encoding="utf-8-sig")
    assert coord("import", "calendar", str(table)).exit_code == 0
    assert working_days("Asia/Shanghai").after(date(2026, 12, 31), 1) == date(2027, 1, 4)
    for name, content in (
        ("CN-2028.csv", "day,kind,name\n2027-01-01,HOLIDAY,x\n"),
        ("holidays.csv", "day,kind,name\n"),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        refused = coord("import", "calendar", str(tmp_path / name))
        assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    assert [path.name for path in settings().calendar_folder.iterdir()] == ["CN-2027.csv"]


@pytest.mark.usefixtures("installed")
def test_doctor_finds_a_sound_installation_sound() -> None:
    result = coord("doctor")
    assert result.exit_code == 0
    assert {line[:3] for line in result.output.splitlines()} == {"ok "}
    assert len(result.output.splitlines()) == 9


def test_doctor_names_pending_migrations() -> None:
    upgrade(settings().effective_database_url)
    downgrade(settings().effective_database_url)
    result = coord("doctor")
    assert result.exit_code == 1
    assert f"!!  The database is at version -, this program needs {head()}. Run: coord migrate" in result.output


def test_doctor_names_a_database_and_a_queue_that_are_away_and_hides_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", "postgresql://coord:secret-word@127.0.0.1:9/none")
    monkeypatch.setenv("COORD_REDIS_URL", "redis://:secret-word@127.0.0.1:9/0")
    result = coord("doctor")
    bad = [line for line in result.output.splitlines() if line.startswith("!!")]
    assert result.exit_code == 1
    assert ["database" in bad[0], "queue" in bad[1], len(bad)] == [True, True, 2]
    assert "secret-word" not in result.output


@pytest.mark.usefixtures("installed")
def test_doctor_names_jobs_that_were_parked() -> None:

    async def park() -> None:
        async with begin(WRITER) as unit:
            unit.later("contacts.flag_quality", contact="x")
        async with begin(WRITER) as unit:
            (job,) = await outbox.claim_due(unit)
            await outbox.count_failed_pass(unit, outbox.DueJob(job.id, job.job, outbox.MAX_ATTEMPTS - 1))
        await engine.database().dispose()
        engine.use(None)

    anyio.run(park)
    result = coord("doctor")
    assert result.exit_code == 1
    assert "!!  1 jobs of contacts.flag_quality failed again and again" in result.output


@pytest.mark.usefixtures("installed")
def test_doctor_names_a_package_of_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    # The command of the same name hides the module in its package.
    monkeypatch.setattr(importlib.import_module("workers.commands.doctor"), "PACKAGES", ("coord", "json"))
    result = coord("doctor")
    assert result.exit_code == 1
    assert f"!!  The package json is another program's ({json.__file__})" in result.output
