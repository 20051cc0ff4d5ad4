"""A FHIR bundle, which the three layers found right, as facts again: the way back of ``writing``. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from coord.clients.consents.codes import DataCategory
from coord.exchange.codes import PROHIBITED, STATE_OF, STATES_OF, URGENCY_OF, RequestStatus, System, TaskStatus
from coord.exchange.documents import Tree
from coord.exchange.facts import Agreed, Exchanged, Party, Person
from coord.exchange.profile import Parts, coded, parts_of
from coord.kernel.errors import Invalid, Problem
from coord.organizations.tables import OrganizationKind
from coord.referrals.codes import (
    ReferralDirection,
    ReferralKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralRelation,
    ReferralState,
    Urgency,
)

EnumT = TypeVar("EnumT", bound=StrEnum)
_OURS = frozenset({System.REFERRAL, System.REFERRAL_CODE})


def facts_of(bundle: Tree) -> Exchanged:
    """What a bundle says. Raises ``Invalid`` with the path of everything that is missing."""
    parts = parts_of(bundle)
    if isinstance(parts, Problem):
        raise Invalid(parts)
    return _Reader(parts).facts()


class _Reader:
    def __init__(self, parts: Parts) -> None:
        self._parts, self._request, self._task = parts, parts.request, parts.task
        self._problems: list[Problem] = []

    def facts(self) -> Exchanged:
        inputs, outputs = list(self._input()), self._task.get("output", ())
        texts = {(system, code): text for system, code, text in inputs}
        period = self._task.get("executionPeriod", {})
        source, target = self._party("requester"), self._party("owner")
        found = Exchanged(
            state=self._state(),
            need=self._coded(self._request.get("code"), System.NEED, ReferralNeed) or self._missing("code"),
            direction=self._category(System.DIRECTION, ReferralDirection) or self._missing("category"),
            reason=next((one["text"] for one in self._request.get("reasonCode", ()) if one.get("text")), ""),
            source=source,
            target=target,
            written_at=self._moment(self._task.get("authoredOn")) or datetime.min.replace(tzinfo=UTC),
            id=self._own_id(System.REFERRAL),
            code=self._own(System.REFERRAL_CODE),
            identifiers=tuple(self._partners()),
            kind=self._category(System.KIND, ReferralKind) or ReferralKind.SOCIAL,
            urgency=URGENCY_OF.get(self._request.get("priority", "routine"), Urgency.ROUTINE),
            contact_prohibited=any(
                coded(one, System.TEMPORARY, PROHIBITED) for one in self._request.get("orderDetail", ())
            ),
            updated_at=self._moment(self._task.get("lastModified")),
            person=self._person(),
            age_band=texts.get((System.SKETCH, "age-band")),
            district=texts.get((System.SKETCH, "district")),
            consent=self._consent(),
            packet={DataCategory(code): text for system, code, text in inputs if system == System.BLOCK},
            parent=self._parent(),
            relation=self._relation(texts),
            worker=self._worker(),
            why=self._coded(self._task.get("statusReason"), System.REASON, ReferralReason),
            outcome=next(self._outcomes(outputs), None),
            failed_late=self._task["status"] == TaskStatus.FAILED,
            first_contact_at=self._moment(period.get("start")),
            closed_at=self._moment(period.get("end")),
            proof=next(self._proofs(outputs), None),
            is_exact=self._own_state() is not None,
        )
        if self._problems:
            raise Invalid(*self._problems)
        return found

    def _missing(self, member: str) -> Any:
        self._problems.append(Problem(f"{self._parts.request_path}.{member}", "FHIR_MISSING"))
        return None

    def _coded(self, concept: Any, system: System, kind: type[EnumT]) -> EnumT | None:
        code = coded(concept, system)
        return kind(code) if code in set(kind) else None

    def _category(self, system: System, kind: type[EnumT]) -> EnumT | None:
        found = (self._coded(one, system, kind) for one in self._request.get("category", ()))
        return next((one for one in found if one is not None), None)

    def _state(self) -> ReferralState:
        """Our own code where it fits the status, else what the status means by itself."""
        status, own = TaskStatus(self._task["status"]), self._own_state()
        if own is not None and own in STATES_OF[status]:
            return own
        if own is not None or status not in STATE_OF:
            self._problems.append(Problem(f"{self._parts.task_path}.businessStatus", "FHIR_STATE_DOES_NOT_FIT"))
        if status is TaskStatus.COMPLETED and self._request.get("status") == RequestStatus.COMPLETED:
            return ReferralState.CLOSED
        return STATE_OF.get(status, ReferralState.DRAFT)

    def _own_state(self) -> ReferralState | None:
        return self._coded(self._task.get("businessStatus"), System.STATE, ReferralState)

    def _party(self, member: str) -> Party:
        found = self._parts.found(self._task.get(member), "Organization")
        path, tree = found or (f"{self._parts.task_path}.{member}", {})
        code = _identifier(tree, System.ORGANIZATION)
        if code is None:
            self._problems.append(Problem(path, "FHIR_WHICH_ORGANIZATION"))
        kinds = (self._coded(one, System.ORGANIZATION_KIND, OrganizationKind) for one in tree.get("type", ()))
        return Party(code or "", tree.get("name", ""), next((one for one in kinds if one), None))

    def _own(self, system: System) -> str | None:
        return _identifier(self._request, system)

    def _own_id(self, system: System) -> UUID | None:
        value = self._own(system)
        return None if value is None else self._uuid(value, f"{self._parts.request_path}.identifier")

    def _uuid(self, value: str, path: str) -> UUID | None:
        try:
            return UUID(value)
        except ValueError:
            self._problems.append(Problem(path, "NOT_AN_ID"))
            return None

    def _partners(self) -> Iterator[tuple[str, str]]:
        for one in self._request.get("identifier", ()):
            if one.get("system") not in _OURS and one.get("system") and one.get("value"):
                yield one["system"], one["value"]

    def _parent(self) -> UUID | None:
        based_on = self._request.get("basedOn", ())
        value = _identifier({"identifier": [one.get("identifier", {}) for one in based_on]}, System.REFERRAL)
        return None if value is None else self._uuid(value, f"{self._parts.request_path}.basedOn[0]")

    def _person(self) -> Person | None:
        found = self._parts.found(self._request.get("subject"), "Patient")
        tree = {} if found is None else found[1]
        person = Person(
            code=_identifier(tree, System.CLIENT),
            name=next((one["text"] for one in tree.get("name", ()) if one.get("text")), None),
        )
        return None if person == Person() else person

    def _consent(self) -> Agreed | None:
        for reference in self._request.get("supportingInfo", ()):
            found = self._parts.found(reference, "Consent")
            value = None if found is None else _one_identifier(found[1].get("sourceReference"), System.CONSENT)
            if found is not None and value is not None:
                consent_id, at = self._uuid(value, f"{found[0]}.sourceReference"), self._moment(found[1]["dateTime"])
                return None if consent_id is None or at is None else Agreed(consent_id, at)
        return None

    def _worker(self) -> str | None:
        roles = (self._parts.found(one, "PractitionerRole") for one in self._request.get("performer", ()))
        return next((_identifier(role[1], System.WORKER) for role in roles if role is not None), None)

    def _input(self) -> Iterator[tuple[str, str, str]]:
        for one in self._task.get("input", ()):
            text = one.get("valueString", one.get("valueCode"))
            for coding in one.get("type", {}).get("coding", ()):
                if isinstance(text, str) and coding.get("code"):
                    yield coding.get("system", ""), coding["code"], text

    def _relation(self, texts: Mapping[tuple[str, str], str]) -> ReferralRelation | None:
        said = texts.get((System.RELATION, "relation"))
        return ReferralRelation(said) if said in set(ReferralRelation) else None

    def _outcomes(self, outputs: Any) -> Iterator[ReferralOutcome]:
        found = (self._coded(one.get("valueCodeableConcept"), System.OUTCOME, ReferralOutcome) for one in outputs)
        return (one for one in found if one is not None)

    def _proofs(self, outputs: Any) -> Iterator[UUID]:
        for number, one in enumerate(outputs):
            value = _one_identifier(one.get("valueReference"), System.SERVICE_CONTACT)
            found = None if value is None else self._uuid(value, f"{self._parts.task_path}.output[{number}]")
            if found is not None:
                yield found

    def _moment(self, text: str | None) -> datetime | None:
        """A moment; FHIR also has days and months alone, which begin at midnight in UTC."""
        if text is None:
            return None
        whole = text + {4: "-01-01", 7: "-01"}.get(len(text), "")
        try:
            found = datetime.fromisoformat(whole)
        except ValueError:
            # A leap second, which the schema lets pass.
            self._problems.append(Problem(self._parts.task_path, "BAD_DATE"))
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def why_in_words(bundle: Tree) -> str:
    """What a bundle, which the layers found right, says of why its Task stands as it does."""
    parts = parts_of(bundle)
    said = "" if isinstance(parts, Problem) else parts.task.get("statusReason", {}).get("text", "")
    return str(said)


def _identifier(tree: Tree, system: System) -> str | None:
    found = (one.get("value") for one in tree.get("identifier", ()) if one.get("system") == system)
    return next((str(one) for one in found if one), None)


def _one_identifier(reference: Any, system: System) -> str | None:
    return None if not reference else _identifier({"identifier": [reference.get("identifier", {})]}, system)
