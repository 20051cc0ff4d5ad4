"""Rows of a world, made in Python and put into the database by its owner, in an order that chance decides."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from coord.clients.keys import place_of
from coord.clients.tables import Client
from coord.clients.vault import ring, vault_rows
from coord.contacts.codes import AttendanceStatus, FlagKind, ServiceCode, ServiceTarget
from coord.contacts.sealing import sealed_note
from coord.contacts.tables import (
    ContactImport,
    GroupMember,
    NoteKey,
    Presence,
    QualityFlag,
    ServiceContact,
    ServiceGroup,
)
from coord.demo.loading import load
from coord.kernel.sealing import DataKey
from coord.migrations.tables import METADATA
from coord.organizations.tables import Organization
from coord.work import Unit

NAMES = ("秘密一", "秘密二", "林芳NORTH", "赵梦琪SOUTH")
CODES = tuple(f"X-090{n}" for n in range(4))
_PLACE: Mapping[str, int] = {table.name: n for n, table in enumerate(METADATA.sorted_tables)}
_DAY = date(2026, 9, 1)
Made = tuple[type[SQLModel], dict[str, Any]]
"""A row: its table and its values. Objects of the tables would take ten times as long to make."""


def chance(seed: str) -> random.Random:
    """Chance from a seed."""
    return random.Random(seed)  # noqa: S311 - nothing is kept secret with it


def new_id(rng: random.Random) -> UUID:
    """An id that may sort anywhere."""
    return UUID(int=rng.getrandbits(128), version=4)


@lru_cache
def _factories(model: type[SQLModel]) -> Mapping[str, Callable[[], Any]]:
    return {name: f.default_factory for name, f in model.model_fields.items() if f.default_factory}  # type: ignore[misc]


def row(model: type[SQLModel], **values: Any) -> Made:
    """A row; what is not said has the table's own default."""
    made = {name: make() for name, make in _factories(model).items() if name not in values}
    return model, made | values


@lru_cache(maxsize=512)
def vault(client: UUID, hospital: UUID, name: str, phone: str | None) -> Sequence[Made]:
    """What the vault holds of a person: the same in every world."""
    return [(type(kept), kept.model_dump()) for kept in vault_rows(client, hospital, name, phone)]


def person(rng: random.Random, row_id: UUID, program: UUID, hospital: UUID, code: str) -> list[Made]:
    """A client and what the vault holds of them."""
    about = {"birth_year": rng.randint(1950, 2015), "district": rng.choice(("海淀区", None))}
    client = row(Client, id=row_id, program_id=program, hospital_id=hospital, code=code,
                 **about)  # fmt: skip
    return [client, *vault(row_id, hospital, rng.choice(NAMES), "13900000000")]


@lru_cache(maxsize=512)
def _noted(key_id: UUID, contact_id: UUID, client: UUID, hospital: UUID, text: str) -> tuple[Made, Mapping[str, Any]]:
    """The key of a note, and what the contact keeps of it: the same in every world."""
    key = DataKey.fresh()
    wrapped = key.wrapped(ring(), place_of("note_key", "wrapped", key_id))
    kept = row(NoteKey, id=key_id, client_id=client, hospital_id=hospital, wrapped=wrapped)
    return kept, {"note": sealed_note(key, contact_id, text), "note_key_id": key_id}


def contact(rng: random.Random, place: Mapping[str, UUID], client: UUID, *, days: int = 27) -> list[Made]:
    """A contact with what belongs to it; ``place`` holds program, hospital, agency and worker."""
    shared = {
        "program_id": place["program"], "hospital_id": place["hospital"], "agency_id": place["agency"],
        "occurred_on": _DAY + timedelta(days=rng.randint(0, days)), "service_code": ServiceCode.CASE_CONTACT,
        "target": ServiceTarget.PATIENT,
    }  # fmt: skip
    made = new_id(rng)
    key, noted = _noted(new_id(rng), made, client, place["hospital"], rng.choice(NAMES))
    return [
        key,
        row(ServiceContact, id=made, worker_id=place["worker"], client_id=client, heads_present=1,
            duration_minutes=rng.choice((5, 30, 45)), attendance=AttendanceStatus.ATTENDED, **noted, **shared),
        row(Presence, id=new_id(rng), contact_id=made, client_id=client, person_id=client, **shared),
        *([row(QualityFlag, contact_id=made, kind=FlagKind.TOO_SHORT)] if rng.random() < 0.5 else []),
    ]  # fmt: skip


def group(rng: random.Random, place: Mapping[str, UUID], clients: Iterable[UUID]) -> list[Made]:
    """A group and its members."""
    made, name = new_id(rng), "正念小组NORTH"
    head = row(ServiceGroup, id=made, program_id=place["program"], hospital_id=place["hospital"],
               agency_id=place["agency"], name=name)  # fmt: skip
    return [head, *(row(GroupMember, group_id=made, client_id=client) for client in clients)]


def import_of(rng: random.Random, program: UUID, hospital: UUID) -> list[Made]:
    """A workbook that somebody brought."""
    return [row(ContactImport, id=new_id(rng), program_id=program, hospital_id=hospital, file_name="2026-09.csv")]


async def put(unit: Unit, rows: Iterable[Made], rng: random.Random) -> None:
    """Store rows: parents first, else in any order, so that nothing can depend on where a row lies."""
    kinds: dict[type[SQLModel], list[dict[str, Any]]] = {}
    for model, values in rows:
        kinds.setdefault(model, []).append(values)
    for model in sorted(kinds, key=lambda model: _PLACE[str(model.__tablename__)]):
        found = kinds[model]
        if model is not Organization:
            rng.shuffle(found)
        await load(unit, model, found)
