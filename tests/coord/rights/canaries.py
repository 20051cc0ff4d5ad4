"""One row about Lin in every table that is about a client, with a value of its own in every column that is hers."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, Enum, Integer, LargeBinary, String, Uuid
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from coord.cases.codes import CaseStatus
from coord.clients.keys import key_of, place_of
from coord.clients.stories.tables import Story, ToldStory
from coord.clients.tables import Client, ClientIdentity, ClientKey
from coord.contacts.reviews.tables import ReviewSeed
from coord.contacts.sealing import new_note_key
from coord.contacts.tables import NoteKey
from coord.kernel.clock import now
from coord.kernel.ids import uuid7
from coord.kernel.sealing import DataKey
from coord.oversight.evidence.tables import EvidenceSample
from coord.referrals.sealing import new_key
from coord.rights.subject import About, Held, SealedWith, about_clients, table_of
from coord.work import Unit, begin
from tests.world import BUILDER, HUANG, LIN, NORTH, NORTH_GROUP, PROGRAM_ID, SAM_WORKER, fixed

ELSEWHERE = {
    "organization": NORTH, "program": PROGRAM_ID, "worker": SAM_WORKER, "app_user": fixed("user/sam"),
    "service_group": NORTH_GROUP, "review_seed": fixed("review_seed"),
    "evidence_sample": fixed("evidence_sample"),
}  # fmt: skip
_FIRST_DAY = date(1950, 1, 1)
_SUN = fixed("user/sun")
# Where a rule of the table leaves no choice.
_GIVEN: dict[str, Any] = {
    "presence.heads": 1, "referral_override.approved_by_id": _SUN, "export_hold.approved_by_id": _SUN,
    "erasure_request.agreed_by_id": _SUN,
    "export_hold.ended_at": datetime(2020, 1, 2, tzinfo=UTC), "export_hold.until_at": datetime(2020, 1, 3, tzinfo=UTC),
    "client_merge.merged_id": HUANG, "client_apart.second_id": HUANG, "client.merged_into_id": None,
    "service_contact.import_key": None, "service_contact.group_id": None, "case_file.previous_id": None, "case_file.status": CaseStatus.CLOSED,
    "referral.parent_id": None, "referral.client_id": LIN, "referral_review.child_id": None,
    "corrective_action.verified_by_id": None, "story.decided_by_id": _SUN,
}  # fmt: skip

# Note keys first, stories after the consents that they rest on.
_TURNS: dict[type, int] = {NoteKey: 0, Story: 2, ToldStory: 3}


_MAKERS: Sequence[tuple[tuple[type, ...], Callable[[int], Any]]] = (
    ((Boolean,), lambda _: True),
    ((Integer,), lambda n: 700_000 + n),
    ((Date,), lambda n: _FIRST_DAY + timedelta(days=n)),
    ((UTCDateTime,), lambda n: datetime(1960, 1, 1, tzinfo=UTC) + timedelta(days=n)),
    ((JSON,), lambda n: [f"k{n:03d}j"]),
    ((String, AutoString, LargeBinary), lambda n: f"k{n:03d}x"),
    ((Uuid,), lambda _: uuid7()),
)


@dataclass
class Canaries:
    """What was written, column by column: ``told[table.column]`` as a person would find it in a copy."""

    told: dict[str, Any] = field(default_factory=dict)
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def value(self, column: Any) -> Any:
        """A value of the column's kind that stands nowhere else."""
        n, kind = next(self._count), column.type
        if isinstance(kind, Enum):
            return kind.enum_class(kind.enums[n % len(kind.enums)])  # type: ignore[misc]
        return next(make(n) for kinds, make in _MAKERS if isinstance(kind, kinds))


async def put_canaries() -> Canaries:
    """Write the rows; Lin's own client row and vault are written anew."""
    made = Canaries()
    async with begin(BUILDER) as unit:
        unit.add(_seed(), _sample())
        await unit.session.flush()
        key = await key_of(unit, LIN)
        ids: dict[str, UUID] = {"client": LIN, "client_key": LIN}
        keys = {SealedWith.CLIENT: key}
        for about in sorted(about_clients(), key=lambda about: _TURNS.get(about.model, 1)):
            await _put(unit, made, about, ids, keys)
    return made


def _seed() -> ReviewSeed:
    """A worker's month from which a record is drawn; it is about nobody."""
    drawn_from: dict[str, Any] = {"program_id": PROGRAM_ID, "hospital_id": NORTH, "worker_id": SAM_WORKER}
    return ReviewSeed(id=ELSEWHERE["review_seed"], **drawn_from, month="1950-01", seed="0")


def _sample() -> EvidenceSample:
    """A month from which a record is drawn; it is about nobody."""
    drawn_from: dict[str, Any] = {"program_id": PROGRAM_ID, "hospital_id": NORTH, "month": "1950-01"}
    return EvidenceSample(
        id=ELSEWHERE["evidence_sample"], **drawn_from, seed="0", frame_size=1, frame_print="0", drawn_at=now(),
        drawn_by_name="Ola",
    )  # fmt: skip


async def _put(unit: Unit, made: Canaries, about: About, ids: dict[str, UUID], keys: dict[SealedWith, DataKey]) -> None:
    if about.model is ClientKey:
        return
    table = table_of(about.model)
    primary = next(iter(table.primary_key.columns))
    parent = next((ids[k.column.table.name] for k in primary.foreign_keys if k.column.table.name in ids), None)
    row_id = LIN if about.model is Client else parent or uuid7()
    if about.name == "referral_key":
        kept, keys[SealedWith.REFERRAL] = new_key(ids["referral"], LIN)
        unit.add(kept)
        await unit.session.flush()
        await _seal_reason(unit, made, ids["referral"], keys[SealedWith.REFERRAL])
        return
    if about.model is NoteKey:
        note_key, keys[SealedWith.NOTE] = new_note_key(LIN, NORTH)
        unit.add(note_key)
        await unit.session.flush()
        ids[about.name] = note_key.id
        return
    values: dict[str, Any] = {}
    for held in about.columns:
        values[held.name] = row_id if held.name == primary.name else _fill(made, about, held, table.c[held.name], ids)
        if held.leaves and held.name != primary.name:
            made.told[f"{about.name}.{held.name}"] = values[held.name]
        if held.sealed_with and values[held.name] is not None:
            # The referral is written before its key.
            key = keys.get(held.sealed_with, DataKey.fresh())
            values[held.name] = key.seal(values[held.name], place_of(about.name, held.name, row_id))
    await _write(unit, about, row_id, values)
    ids[about.name] = row_id


async def _seal_reason(unit: Unit, made: Canaries, referral_id: UUID, key: DataKey) -> None:
    """The referral was written before its key: its reason is sealed with it now."""
    row: Any = await unit.find(_model("referral"), referral_id)
    row.reason = key.seal(made.told["referral.reason"], place_of("referral", "reason", referral_id))
    await unit.session.flush()


def _model(name: str) -> Any:
    return next(about.model for about in about_clients() if about.name == name)


def _fill(made: Canaries, about: About, held: Held, column: Any, ids: dict[str, UUID]) -> Any:
    name = f"{about.name}.{held.name}"
    if name in _GIVEN:
        return _GIVEN[name]
    towards = next((key.column.table.name for key in column.foreign_keys), None)
    if towards is not None:
        return ids.get(towards) or ELSEWHERE.get(towards)
    value = made.value(column)
    return value.encode() if isinstance(column.type, LargeBinary) and held.sealed_with is None else value


async def _write(unit: Unit, about: About, row_id: UUID, values: dict[str, Any]) -> None:
    model: Any = about.model
    if about.model in {Client, ClientIdentity}:
        row = await unit.find(about.model, row_id)
        for name, value in values.items():
            setattr(row, name, value)
    else:
        unit.add(model(**values))
    await unit.session.flush()
