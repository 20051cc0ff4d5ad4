"""The people of one hospital: pseudonyms, names in the vault, cases and groups."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from coord.cases.codes import AdequateTreatment, CaseStatus, ClosureType
from coord.cases.tables import CaseFile
from coord.clients.codes import CareStage, CaseSource, Gender, HouseholdType, InsuranceType
from coord.clients.consents.codes import Relation, Signer
from coord.clients.consents.registering import paper_facts, unsigned
from coord.clients.consents.tables import Consent
from coord.clients.record import RecordFacts
from coord.clients.record.rules import OF_AGE
from coord.clients.record.sealing import sealed_record
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client, ClientIdentity, ClientKey, ClientSearchKey
from coord.clients.vault import new_key, sealed_identity, search_hashes
from coord.contacts.codes import ServiceTarget
from coord.contacts.tables import GroupMember, ServiceGroup
from coord.contacts.writing import Post
from coord.demo import names
from coord.demo.chance import often, repeatable
from coord.demo.harvest import Harvest, ordered_id
from coord.kernel.sealing import DataKey

_DISTRICTS = ("东城区", "海淀区", "丰台区", "武昌区", "江岸区", "洪山区", "通州区", "黄州区")
_GROUPS = ("正念减压小组", "家属支持小组", "情绪管理小组", "康复生活小组", "艺术表达小组", "睡眠改善小组")
_ROOMS = ("三楼活动室", "康复科会议室", "社工站", "门诊二楼示教室")
_CLOSURES = (*[ClosureType.GOALS_REACHED] * 6, ClosureType.ENDED_BY_CLIENT, ClosureType.MOVED_OR_REASSIGNED,
             ClosureType.LOST_CONTACT, ClosureType.TRANSFERRED)  # fmt: skip
_TREATMENTS = (*(AdequateTreatment.REACHED,) * 3, AdequateTreatment.NOT_REACHED, None)
"""What doctors say at a closure; sometimes nobody asked them."""
_HOUSEHOLDS = (*[HouseholdType.ORDINARY] * 7, HouseholdType.NEAR_MINIMUM_INCOME, HouseholdType.MINIMUM_INCOME)
_EARLY = time(0, 30, tzinfo=UTC)
_hashes = lru_cache(maxsize=20_000)(search_hashes)


def early(day: date) -> datetime:
    """Half past eight in the morning in Asia/Shanghai."""
    return datetime.combine(day, _EARLY)


class Caseload:
    """Registers clients at one hospital and files cases and groups for them."""

    def __init__(self, harvest: Harvest, hospital: str, rng: random.Random) -> None:
        """Nobody registered yet."""
        self._harvest, self._hospital, self._rng = harvest, hospital, rng
        self._registered = 0

    def register(self, post: Post, day: date) -> UUID:
        """A new client with a name."""
        rng = self._rng
        self._registered += 1
        client_id = ordered_id(early(day), rng)
        name = names.person(rng)
        client = self._harvest.add(
            Client, id=client_id, program_id=post.program_id, hospital_id=post.hospital_id,
            code=f"{self._hospital}-{self._registered:04d}",
            gender=Gender.FEMALE if name.female else Gender.MALE, birth_year=day.year - rng.randint(13, 78),
            district=rng.choice(_DISTRICTS), stage=rng.choice(list(CareStage)),
            bed=f"{rng.randint(1, 6)}病区{rng.randint(1, 45)}床" if often(rng, 50) else None,
            registered_at=early(day),
        )  # fmt: skip
        self._consent(post, client["id"], client["birth_year"], day)
        phone = names.phone(rng) if often(rng, 80) else None
        kept, key = new_key(client_id)
        self._harvest.add(ClientKey, **kept.model_dump())
        self._harvest.add(ClientIdentity, **sealed_identity(client_id, key, name.text, phone).model_dump())
        self._record(client, key, day)
        for digest in _hashes(name.text):
            self._harvest.add(ClientSearchKey, id=ordered_id(early(day), rng), client_id=client_id,
                              hospital_id=post.hospital_id, hash=digest)  # fmt: skip
        return client_id

    def _record(self, client: dict[str, Any], key: DataKey, day: date) -> None:
        """What the form of the record asks for; a few files of older lists lack the source. By chance of its own."""
        rng = repeatable("record", client["code"])
        born = date(client["birth_year"], rng.randint(1, 12), rng.randint(1, 28))
        given = RecordFacts(
            birth_date=min(born, day), source=None if often(rng, 3) else rng.choice(list(CaseSource)),
            guardian=f"{names.person(rng).text}，母亲" if day.year - born.year <= OF_AGE else None,
            insurance_type=rng.choice(list(InsuranceType)), household_type=rng.choice(_HOUSEHOLDS),
        )  # fmt: skip
        kept = sealed_record(client["id"], key, given)
        self._harvest.add(ClientRecord, **(kept.model_dump() if kept else {}))

    def _consent(self, post: Post, client_id: UUID, birth_year: int, day: date) -> None:
        """To the service, signed on paper on the day of registration, by a parent where the person is too young."""
        facts = paper_facts(day, "zh-CN")
        if unsigned(birth_year, day):
            facts |= {"signer": Signer.GUARDIAN, "relation": Relation.PARENT}
        self._harvest.add(
            Consent, id=ordered_id(early(day), self._rng), client_id=client_id, program_id=post.program_id,
            hospital_id=post.hospital_id, recorded_at=early(day), **facts,
        )  # fmt: skip

    def open_case(self, post: Post, client_id: UUID, opened_on: date, closed_on: date | None) -> None:
        """A case of the worker; closed for a reason unless ``closed_on`` is None."""
        self._harvest.add(
            CaseFile, id=ordered_id(early(opened_on), self._rng), program_id=post.program_id,
            hospital_id=post.hospital_id, agency_id=post.agency_id, client_id=client_id, worker_id=post.worker_id,
            status=CaseStatus.INTERVENING if closed_on is None else CaseStatus.CLOSED, received_on=opened_on,
            opened_on=opened_on, closed_on=closed_on,
            closure=None if closed_on is None else self._rng.choice(_CLOSURES),
            adequate_treatment=None if closed_on is None else _TREATMENTS[closed_on.toordinal() % len(_TREATMENTS)],
        )  # fmt: skip

    def start_group(self, post: Post, day: date, sessions: int, members: Sequence[UUID]) -> UUID:
        """A series with its members."""
        rng = self._rng
        group_id = ordered_id(early(day), rng)
        kind = rng.choice(_GROUPS)
        self._harvest.add(
            ServiceGroup, id=group_id, program_id=post.program_id, hospital_id=post.hospital_id,
            agency_id=post.agency_id, name=f"{kind} {day:%Y-%m}", room=rng.choice(_ROOMS), planned_sessions=sessions,
            duration_minutes=90, target=ServiceTarget.PATIENT, created_at=early(day) - timedelta(days=7),
        )  # fmt: skip
        for member in members:
            self._harvest.add(GroupMember, id=ordered_id(early(day), rng), group_id=group_id, client_id=member)
        return group_id
