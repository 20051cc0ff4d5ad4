"""``coord doctor``: is this installation sound?"""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click

from coord.access import system
from coord.kernel.clock import now
from coord.kernel.errors import Unavailable
from coord.migrations import current, head
from coord.programs.calendars import MissingCalendar, missing_calendars
from coord.settings import BadSettings, Mail, files_for_everybody, settings
from coord.work import begin, engine
from coord.work.outbox import OutboxHealth, outbox_health
from workers.commands.common import has_demo_accounts, run, spoken
from workers.embedded import answers, find_binary
from workers.perform import QUEUE
from workers.post import server_of

PACKAGES = ("coord", "schema", "web", "workers")
_SLOW = timedelta(minutes=10)
_CALENDARS = system("doctor", "looks which calendars the programs lack", "program.list")
Finding = tuple[bool, str, dict[str, object]]


@click.command(epilog="\b\nExample:\n  coord doctor\n")
def doctor() -> None:
    """Check settings, package names, database, migrations, jobs, calendars, queue and mail. Exits 1 if one is bad."""
    bad = 0
    for sound, key, arguments in findings():
        click.echo(f"{'ok ' if sound else '!! '} {spoken()(key, **arguments)}")
        bad += not sound
    if bad:
        raise click.exceptions.Exit(1)


def findings() -> Iterator[Finding]:
    """Every check in turn; those that need the database only when it answers."""
    is_bad = False
    for finding in _settings():
        is_bad = not finding[0]
        yield finding
    yield _packages()
    if is_bad:
        return
    connected = _database()
    yield connected
    checks: Sequence[Callable[[], Iterator[Finding]]] = (_migrations, _jobs, _demo, _calendars) if connected[0] else ()
    for check in checks:
        yield from check()
    yield _queue()
    yield _mail()


def _mail() -> Finding:
    """Where mails go. In production nobody is told by mail without a server, which is worth a warning."""
    if settings().mail is Mail.SMTP:
        return True, "doctor.mail", {"server": server_of(settings()), "sender": settings().mail_from}
    is_kept = settings().mail is Mail.MAILBOX
    return is_kept, "doctor.mailbox" if is_kept else "doctor.mail_off", {}


def _settings() -> Iterator[Finding]:
    """Everything for which nothing would start, in a line each; else what a careful operator would change."""
    try:
        given = settings()
    except BadSettings as bad:
        for line in bad.lines:
            yield False, "doctor.settings_bad", {"why": line}
        return
    yield True, "doctor.settings", {"env": given.env.value}
    listed = given.breached_passwords
    yield True, "doctor.breached" if listed else "doctor.breached_none", {"path": listed or "-"}
    for name in given.unencrypted:
        yield False, "doctor.unencrypted", {"name": name}
    for name in files_for_everybody():
        yield False, "doctor.file_for_everybody", {"name": name}


def _packages() -> Finding:
    """``schema``, ``web`` and ``workers`` are common names: another distribution could shadow ours."""
    root = Path(__file__).resolve().parents[2]
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parents[1] != root:
            return False, "doctor.package_foreign", {"name": name, "path": origin or "-"}
    return True, "doctor.packages", {"path": root}


def _database() -> Finding:
    url = engine.async_url(settings().effective_database_url).render_as_string(hide_password=True)
    try:
        current(settings().effective_database_url)
    except Unavailable:
        return False, "doctor.database_away", {"url": url}
    return True, "doctor.database", {"url": url}


def _migrations() -> Iterator[Finding]:
    at = current(settings().effective_database_url)
    if at == head():
        yield True, "doctor.migrations", {"head": head()}
    else:
        yield False, "doctor.migrations_pending", {"at": at or "-", "head": head()}


def _jobs() -> Iterator[Finding]:
    if current(settings().effective_database_url) != head():
        return
    try:
        health = run(_health)
    except Unavailable:
        return
    late = health.oldest_at is not None and now() - health.oldest_at > _SLOW
    oldest = "-" if health.oldest_at is None else f"{health.oldest_at:%Y-%m-%d %H:%M}Z"
    yield not late, "doctor.jobs_late" if late else "doctor.jobs", {"waiting": health.waiting, "oldest": oldest}
    for job, number in health.parked.items():
        yield False, "doctor.jobs_parked", {"job": job, "number": number}


def _demo() -> Iterator[Finding]:
    if settings().is_production and current(settings().effective_database_url) == head() and run(has_demo_accounts):
        yield False, "doctor.demo_in_production", {}


def _calendars() -> Iterator[Finding]:
    """A year without working days stops referrals: said from November on, while there is time to import it."""
    if current(settings().effective_database_url) != head():
        return
    lacking = run(_missing)
    if not lacking:
        yield True, "doctor.calendars", {}
    for one in lacking:
        yield False, "doctor.calendar_missing", {"country": one.country, "year": one.year}


async def _missing() -> Sequence[MissingCalendar]:
    async with begin(_CALENDARS, read_only=True) as unit:
        return await missing_calendars(unit)


async def _health() -> OutboxHealth:
    async with begin(QUEUE, read_only=True) as unit:
        return await outbox_health(unit)


def _queue() -> Finding:
    if url := settings().redis_url:
        there = answers(url)
        return there, "doctor.queue" if there else "doctor.queue_away", {"url": _without_password(url)}
    binary = find_binary()
    return True, "doctor.queue_embedded" if binary else "doctor.queue_in_process", {"path": binary or "-"}


def _without_password(url: str) -> str:
    start, at, rest = url.rpartition("@")
    return f"{start.split('://')[0]}://***@{rest}" if at else rest
