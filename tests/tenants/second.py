"""A second tenant beside the cast's: the same codes and names, ids that differ in one digit, a token in each text.

It has a row of every table, made from the tables themselves: a new table or text takes part without being mentioned.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.engine import make_url

from coord.access import Role
from coord.clients.tables import ClientIdentity, ClientKey, ClientSearchKey
from coord.clients.vault import vault_rows
from coord.demo.loading import trusted
from coord.identity.rules import hashed
from coord.identity.tables import Membership, User, WebSession
from coord.kernel.clock import now
from coord.migrations.tables import METADATA
from coord.notices.kinds import NoticeKind
from coord.releases.codes import ReleaseState
from coord.releases.parameters import Parameters
from coord.releases.tables import Release
from coord.work import begin
from tests.coord.access.small_world import TENANT, home_of, made, row_at, rows_of_organizations
from tests.interference.rows import Made, chance, put, row
from tests.interference.visible import draw_visible
from tests.world import (
    AGENCY,
    BUILDER,
    CENTER,
    FOUNDATION,
    LIN,
    NORTH,
    NORTH_GROUP,
    PROGRAM,
    PROGRAM_ID,
    SAM_WORKER,
    SPONSOR,
    STARTS,
    fixed,
)

TOKEN = f"{TENANT}-"
"""What each text of the second tenant begins with."""
WORDS = ("NORTH", "SOUTH", "林芳", "陈秀兰", "黄涛", "赵梦琪", "钱浩", "13800138000", "海淀区")
"""What the texts of the first tenant hold."""
_TWINS = {
    "foundation": FOUNDATION, "hospital": NORTH, "agency": AGENCY, "sponsor": SPONSOR, "center": CENTER,
    "program": PROGRAM_ID, "worker": SAM_WORKER, "client": LIN, "service_group": NORTH_GROUP,
}  # fmt: skip
_CODES = {"foundation": "F01", "hospital": "H001", "agency": "A01", "sponsor": "S01", "center": "C01"}
_NAMES = {
    "foundation": "Lantern Foundation", "hospital": "北岸医院 North", "agency": "同心社工 Agency",
    "sponsor": "Spring Water Co.", "center": "青屏社区中心",
}  # fmt: skip
# Texts that are no texts: the machine reads them.
_READ_BY_MACHINES: Mapping[tuple[str, str], Any] = {
    ("program", "code"): PROGRAM, ("program", "name"): "Depression intervention", ("program", "time_zone"): "Asia/Shanghai",
    ("client", "code"): "NORTH-0001".replace("NORTH", "X"), ("worker", "code"): "W-SAM",
    ("app_user", "language"): "en", ("app_user", "theme"): "auto", ("contact_import", "month"): "2026-09",
    ("corrective_action", "month"): "2026-09", ("evidence_sample", "month"): "2026-09",
    ("access_review", "quarter"): "2026Q3", ("service_contact", "issues"): [], ("api_token", "scopes"): [],
    ("agreement", "currency"): "CNY", ("ledger_entry", "currency"): "CNY", ("sponsor_gift", "currency"): "CNY",
    ("indicator_actual", "period"): "2026Q3", ("indicator_target", "period"): "2026", ("tranche_condition", "period"): "2026Q3",
    ("receiver", "services"): "COMMUNITY_REHABILITATION", ("release", "period"): "2026Q3",
    ("release", "parameters"): Parameters().stored(), ("release", "state"): ReleaseState.PUBLISHED,
    ("release", "notes"): [{"kind": "SUMMARY", "period": "2026Q3", "text": f"{TENANT}-words"}],
    ("release", "places"): [{"id": str(UUID(int=NORTH.int ^ 1)), "code": "H001", "name": f"{TENANT}-hospital", "province": None}],
    ("ledger_entry", "reverses_id"): None,
    ("api_token", "networks"): [], ("notice", "kind"): next(iter(NoticeKind)), ("outgoing_mail", "kind"): next(iter(NoticeKind)),
}  # fmt: skip
# The trail is one chain for all, whose signed ends every partner keeps; the vault's rows are sealed.
_NOT_MADE = {"audit_checkpoint", "audit_entry", "audit_head", "client_key", "client_identity", "client_search_key"}


def twin(row_id: UUID) -> UUID:
    """An id that differs in its last digit."""
    return UUID(int=row_id.int ^ 1)


def id_of(what: str) -> UUID:
    """The id of something of the second tenant."""
    return twin(_TWINS[what]) if what in _TWINS else made(TENANT, what)


# A key of the vault bears the id of its client.
_IDS = {made(TENANT, what): id_of(what) for what in _TWINS} | {made(TENANT, "client_key"): id_of("client")}


def _turned(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: _IDS.get(it, it) if isinstance(it, UUID) else it for name, it in values.items()}
    return found | {name: it for (where, name), it in _READ_BY_MACHINES.items() if where == table and name in values}


def _organizations() -> Iterator[Mapping[str, Any]]:
    for values in rows_of_organizations(TENANT):
        what = next(what for what in _CODES if made(TENANT, what) == values["id"])
        kind = {"center": "COMMUNITY_ORG"}.get(what, what.upper())
        yield {**values, "code": _CODES[what], "name": _NAMES[what], "kind": kind, "search_text": f"{TOKEN}search"}


def _of_every_table() -> Iterator[Made]:
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in User._sa_registry.mappers}  # noqa: SLF001 - no public way to all models
    for table in METADATA.sorted_tables:
        if table.name not in _NOT_MADE:
            rows = _organizations() if table.name == "organization" else [row_at(TENANT, table)]
            yield from ((models[table.name], _turned(table.name, values)) for values in rows)


def _vault() -> Iterator[Made]:
    for kept in vault_rows(id_of("client"), id_of("hospital"), f"{TOKEN}name", f"{TOKEN}phone"):
        assert isinstance(kept, (ClientKey, ClientIdentity, ClientSearchKey))
        yield type(kept), kept.model_dump()


def secret_of(name: str) -> str:
    """What the cookie of a member of either cast says."""
    return f"secret_of_{name}".ljust(43, "-")


def _session(name: str, user: UUID) -> Made:
    later = datetime.now(UTC) + timedelta(hours=8)
    return row(WebSession, token_hash=hashed(secret_of(name)), user_id=user, expires_at=later, device=f"{TOKEN}device"
               if name.startswith(TOKEN) else "test", proved_at=now())  # fmt: skip


def _people() -> Iterator[Made]:
    """Somebody of each role at the second tenant."""
    for role in Role:
        name, user = f"{TOKEN}{role.lower()}", fixed(f"second/{role}")
        yield row(User, id=user, email=f"{name}@demo.example", name=name, password_hash="-", language="en")
        yield row(Membership, user_id=user, organization_id=id_of(home_of(role)), role=role, starts_on=STARTS)
        yield _session(name, user)


def forget_checks(url: str) -> None:
    """Let the database take invented rows: what they say together, and guards of what they mean, are not looked at here."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'guard_*'")
            for (name,) in found.fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.commit()
        return
    checks = (
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint "
        "WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    )
    guards = "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE tgname LIKE 'guard\\_%'"
    with psycopg.connect(url, autocommit=True) as connection:
        for asked in (checks, guards):
            for (statement,) in connection.execute(asked.encode()).fetchall():
                connection.execute(statement.encode())


def _published() -> Made:
    """A report of the first tenant, of the same program's code and quarter."""
    said = {"kind": "SUMMARY", "period": "2026Q3", "text": "words of NORTH"}
    place = {"id": str(NORTH), "code": "H001", "name": "hospital NORTH", "province": None}
    return row(Release, id=fixed("second/release"), program_id=PROGRAM_ID, period="2026Q3", rules_version="2026.1",
               state=ReleaseState.PUBLISHED, parameters=Parameters().stored(), places=[place], notes=[said],
               digest="0" * 64, published_at=now())  # fmt: skip


async def add_second_tenant(*first: str) -> None:
    """Put the second tenant into the current database, and sessions and some contacts of the first tenant's people."""
    async with begin(BUILDER) as unit, trusted(unit):
        rows = [
            *draw_visible(chance("first")),
            _published(),
            *_of_every_table(),
            *_vault(),
            *_people(),
            *(_session(name, fixed(f"user/{name}")) for name in first),
        ]
        await put(unit, rows, chance("tenants"))
