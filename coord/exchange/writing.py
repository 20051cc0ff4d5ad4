"""A referral as a FHIR bundle: ServiceRequest, Task, Patient, organizations, and a Consent where there is one. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from coord.exchange.codes import (
    DOMAIN_OF,
    EXPLAINED,
    FULFILL,
    PRIORITY_OF,
    PROHIBITED,
    REQUEST_OF,
    RESULT,
    TASK_OF,
    UNSAID,
    System,
    TaskStatus,
    in_words,
)
from coord.exchange.facts import Exchanged, Party
from coord.referrals.codes import ReferralState

Resource = dict[str, Any]


def bundle_of(facts: Exchanged) -> Mapping[str, Any]:
    """The bundle; the same facts give the same bundle, byte for byte."""
    return _Writer(facts).bundle()


def status_of(facts: Exchanged) -> TaskStatus:
    """The Task's status: what failed before anybody accepted it was cancelled."""
    if facts.state is ReferralState.FAILED and not facts.failed_late:
        return TaskStatus.CANCELLED
    return TASK_OF[facts.state]


def concept(system: System, code: str, text: str | None = None) -> Resource:
    """A coded concept."""
    return {"coding": [{"system": str(system), "code": code}], **({} if text is None else {"text": text})}


def _known(**members: Any) -> Resource:
    """The members that have a value."""
    return {name.rstrip("_"): value for name, value in members.items() if value not in (None, [], {}, "")}


class _Writer:
    def __init__(self, facts: Exchanged) -> None:
        self._facts = facts
        self._base = facts.id or uuid5(NAMESPACE_URL, repr(facts.identifiers))

    def bundle(self) -> Resource:
        moment = self._facts.updated_at or self._facts.written_at
        entries = [{"fullUrl": self._url(part), "resource": {"resourceType": kind, "id": str(self._id(part)), **body}}
                   for part, kind, body in self._parts()]  # fmt: skip
        return {"resourceType": "Bundle", "type": "collection", "timestamp": moment.isoformat(), "entry": entries}

    def _parts(self) -> Iterator[tuple[str, str, Resource]]:
        facts = self._facts
        yield "request", "ServiceRequest", self._request()
        yield "task", "Task", self._task()
        yield "patient", "Patient", self._patient()
        yield "source", "Organization", _organization(facts.source)
        yield "target", "Organization", _organization(facts.target)
        if facts.worker is not None:
            yield "worker", "PractitionerRole", self._worker(facts.worker)
        if facts.consent is not None:
            yield "consent", "Consent", self._consent(facts.consent.id, facts.consent.at)

    def _id(self, part: str) -> UUID:
        return uuid5(self._base, part)

    def _url(self, part: str) -> str:
        return f"urn:uuid:{self._id(part)}"

    def _to(self, part: str, kind: str) -> Resource:
        return {"reference": self._url(part), "type": kind}

    def _identifiers(self) -> list[Resource]:
        facts = self._facts
        own = [(System.REFERRAL, facts.id), (System.REFERRAL_CODE, facts.code)]
        found = [*((str(system), str(value)) for system, value in own if value), *facts.identifiers]
        return [{"system": system, "value": value} for system, value in found]

    def _parent(self, kind: str) -> list[Resource]:
        parent = self._facts.parent
        value = {"system": str(System.REFERRAL), "value": str(parent)}
        return [] if parent is None else [{"type": kind, "identifier": value}]

    def _request(self) -> Resource:
        facts = self._facts
        performers = [self._to("target", "Organization")]
        if facts.worker is not None:
            performers.append(self._to("worker", "PractitionerRole"))
        return _known(
            identifier=self._identifiers(),
            basedOn=self._parent("ServiceRequest"),
            status=REQUEST_OF[facts.state].value,
            intent="order",
            category=[
                concept(System.TEMPORARY, DOMAIN_OF[facts.need]),
                concept(System.KIND, facts.kind),
                concept(System.DIRECTION, facts.direction),
            ],
            priority=PRIORITY_OF[facts.urgency],
            code=concept(System.NEED, facts.need, in_words(facts.need)),
            orderDetail=[concept(System.TEMPORARY, PROHIBITED)] if facts.contact_prohibited else [],
            subject=self._to("patient", "Patient"),
            authoredOn=facts.written_at.isoformat(),
            requester=self._to("source", "Organization"),
            performer=performers,
            reasonCode=[{"text": facts.reason}] if facts.reason else [],
            supportingInfo=[self._to("consent", "Consent")] if facts.consent else [],
        )

    def _task(self) -> Resource:
        facts = self._facts
        return _known(
            identifier=self._identifiers(),
            partOf=self._parent("Task"),
            status=status_of(facts).value,
            statusReason=self._why(),
            businessStatus=concept(System.STATE, facts.state, UNSAID.get(facts.state)),
            intent="order",
            priority=PRIORITY_OF[facts.urgency],
            code=concept(System.TASK_CODE, FULFILL),
            focus=self._to("request", "ServiceRequest"),
            for_=self._to("patient", "Patient"),
            executionPeriod=_known(start=_moment(facts.first_contact_at), end=_moment(facts.closed_at)),
            authoredOn=facts.written_at.isoformat(),
            lastModified=_moment(facts.updated_at),
            requester=self._to("source", "Organization"),
            owner=self._to("target", "Organization"),
            input=list(self._input()),
            output=list(self._output()),
        )

    def _why(self) -> Resource | None:
        facts = self._facts
        if facts.why is not None:
            return concept(System.REASON, facts.why, in_words(facts.why))
        return {"text": UNSAID[facts.state]} if status_of(facts) in EXPLAINED else None

    def _input(self) -> Iterator[Resource]:
        facts = self._facts
        for name, value in (("age-band", facts.age_band), ("district", facts.district)):
            if value:
                yield {"type": concept(System.SKETCH, name), "valueString": value}
        if facts.relation is not None:
            yield {"type": concept(System.RELATION, "relation"), "valueCode": facts.relation.value}
        for block, text in facts.packet.items():
            yield {"type": concept(System.BLOCK, block), "valueString": text}

    def _output(self) -> Iterator[Resource]:
        facts, kind = self._facts, concept(System.TEMPORARY, RESULT)
        if facts.outcome is not None:
            yield {
                "type": kind,
                "valueCodeableConcept": concept(System.OUTCOME, facts.outcome, in_words(facts.outcome)),
            }
        if facts.proof is not None:
            contact = {"system": str(System.SERVICE_CONTACT), "value": str(facts.proof)}
            yield {"type": kind, "valueReference": {"identifier": contact}}

    def _patient(self) -> Resource:
        person = self._facts.person
        if person is None:
            return {}
        return _known(
            identifier=[{"system": str(System.CLIENT), "value": person.code}] if person.code else [],
            name=[{"text": person.name}] if person.name else [],
        )

    def _worker(self, code: str) -> Resource:
        return {
            "identifier": [{"system": str(System.WORKER), "value": code}],
            "organization": self._to("target", "Organization"),
        }

    def _consent(self, consent_id: UUID, at: datetime) -> Resource:
        source = {"system": str(System.CONSENT), "value": str(consent_id)}
        return {
            "status": "active",
            "scope": concept(System.CONSENT_SCOPE, "patient-privacy"),
            "category": [concept(System.ACT_CODE, "IDSCL")],
            "patient": self._to("patient", "Patient"),
            "dateTime": at.isoformat(),
            "organization": [self._to("target", "Organization")],
            "sourceReference": {"identifier": source},
            "policyRule": concept(System.ACT_CODE, "OPTIN"),
        }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _organization(party: Party) -> Resource:
    return _known(
        identifier=[{"system": str(System.ORGANIZATION), "value": party.code}],
        type=[concept(System.ORGANIZATION_KIND, party.kind)] if party.kind else [],
        name=party.name,
    )
