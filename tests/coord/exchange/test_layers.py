"""Mutants: each is one change of a right bundle, and exactly one layer sees it, at the place where it is."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from coord.exchange.codes import TaskStatus
from coord.exchange.documents import from_json, to_json
from coord.exchange.layers import code_problems, schema_problems
from coord.exchange.profile import profile_problems
from coord.exchange.writing import bundle_of
from coord.kernel.errors import Invalid, Problem
from coord.referrals.codes import ReferralState
from tests.coord.exchange.making import full_facts, resource

Change = Callable[[Any], object]
TASK, REQUEST, PATIENT, CONSENT = "entry[1].resource", "entry[0].resource", "entry[2].resource", "entry[6].resource"


def _schema(tree: Any) -> Sequence[Problem]:
    try:
        return schema_problems(from_json(to_json(tree)))
    except Invalid as refusal:
        return refusal.problems


LAYERS: dict[str, Callable[[Any], Sequence[Problem]]] = {
    "schema": _schema,
    "codes": code_problems,
    "profile": profile_problems,
}


def _set(kind: str, **members: Any) -> Change:
    """Members of the first resource of a kind; None takes one away."""

    def change(bundle: Any) -> None:
        target = resource(bundle, kind)
        for name, value in members.items():
            key = name.rstrip("_")
            target.pop(key, None)
            if value is not None:
                target[key] = value

    return change


def _coding(kind: str, *path: Any, code: str) -> Change:
    def change(bundle: Any) -> None:
        found = resource(bundle, kind)
        for step in path:
            found = found[step]
        found["coding"][0]["code"] = code

    return change


def _at(kind: str, *path: Any, value: Any) -> Change:
    def change(bundle: Any) -> None:
        found = resource(bundle, kind)
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = value

    return change


def _drop_entry(kind: str) -> Change:
    def change(bundle: Any) -> None:
        bundle["entry"] = [one for one in bundle["entry"] if one["resource"]["resourceType"] != kind]

    return change


def _twice(kind: str, member: str) -> Change:
    def change(bundle: Any) -> None:
        found = resource(bundle, kind)
        found[member] = found[member] * 2

    return change


MUTANTS: list[tuple[str, str, str, Change]] = [
    # What the official schema sees.
    ("schema", "unknown member", f"{TASK}.color", _set("Task", color="red")),
    ("schema", "list where one stands", f"{TASK}.executionPeriod", _set("Task", executionPeriod=[{}])),
    ("schema", "one where a list stands", f"{REQUEST}.category", _set("ServiceRequest", category={"text": "x"})),
    ("schema", "object as value", f"{TASK}.authoredOn", _set("Task", authoredOn={"x": 1})),
    ("schema", "text as object", f"{TASK}.executionPeriod", _set("Task", executionPeriod="today")),
    ("schema", "unknown resource", f"{PATIENT}.resourceType", _at("Patient", "resourceType", value="Person2")),
    ("schema", "empty text", f"{TASK}.input[0].valueString", _at("Task", "input", 0, "valueString", value="")),
    ("schema", "day that does not exist", f"{TASK}.authoredOn", _set("Task", authoredOn="2026-02-31T08:00:00Z")),
    ("schema", "day in words", f"{TASK}.lastModified", _set("Task", lastModified="yesterday")),
    ("schema", "start of a period", f"{TASK}.executionPeriod.start", _at("Task", "executionPeriod", "start", value="12/9/2026")),
    ("schema", "contact system", f"{PATIENT}.telecom.system", _set("Patient", telecom=[{"system": "pigeon", "value": "1"}])),
    ("schema", "gender", f"{PATIENT}.gender", _set("Patient", gender="x")),
    ("schema", "birth date", f"{PATIENT}.birthDate", _set("Patient", birthDate="1980-13-01")),
    ("schema", "consent without scope", f"{CONSENT}.category", _set("Consent", scope=None)),
    ("schema", "consent status", f"{CONSENT}.status", _set("Consent", status="given")),
    ("schema", "request without intent", f"{REQUEST}.category[0]", _set("ServiceRequest", intent=None)),
    ("schema", "request intent", f"{REQUEST}.intent", _set("ServiceRequest", intent="wish")),
    ("schema", "output without a value", f"{TASK}.output[1]", lambda bundle: resource(bundle, "Task")["output"].append({"type": {"text": "x"}})),
    ("schema", "bundle type", "type", lambda bundle: bundle.update(type="heap")),
    ("schema", "id", f"{TASK}.id", _set("Task", id="a b")),
    # What the lists of codes see.
    ("codes", "received", f"{TASK}.status", _set("Task", status="received")),
    ("codes", "request unknown", f"{REQUEST}.status", _set("ServiceRequest", status="unknown")),
    ("codes", "state", f"{TASK}.businessStatus.coding[0].code", _coding("Task", "businessStatus", code="HAPPY")),
    ("codes", "need", f"{REQUEST}.code.coding[0].code", _coding("ServiceRequest", "code", code="MONEY")),
    ("codes", "domain", f"{REQUEST}.category[0].coding[0].code", _coding("ServiceRequest", "category", 0, code="housing")),
    ("codes", "kind", f"{REQUEST}.category[1].coding[0].code", _coding("ServiceRequest", "category", 1, code="OTHER")),
    ("codes", "direction", f"{REQUEST}.category[2].coding[0].code", _coding("ServiceRequest", "category", 2, code="LEFT")),
    ("codes", "outcome", f"{TASK}.output[0].valueCodeableConcept.coding[0].code", _coding("Task", "output", 0, "valueCodeableConcept", code="GOOD")),
    ("codes", "block", f"{TASK}.input[3].type.coding[0].code", _coding("Task", "input", 3, "type", code="SECRETS")),
    ("codes", "sketch", f"{TASK}.input[0].type.coding[0].code", _coding("Task", "input", 0, "type", code="weight")),
    ("codes", "organization kind", "entry[3].resource.type[0].coding[0].code", _coding("Organization", "type", 0, code="SHOP")),
    # What the rules see.
    ("profile", "F1", f"{TASK}.intent", _set("Task", intent="plan")),
    ("profile", "F2 code", f"{TASK}.code", _coding("Task", "code", code="approve")),
    ("profile", "F2 system", f"{TASK}.code", _at("Task", "code", "coding", 0, "system", value="urn:x")),
    ("profile", "F4 none", f"{TASK}.focus", _set("Task", focus=None)),
    ("profile", "F4 elsewhere", f"{TASK}.focus", _at("Task", "focus", "reference", value="ServiceRequest/7")),
    ("profile", "F5 none", f"{TASK}.for", _set("Task", for_=None)),
    ("profile", "F5 another", f"{TASK}.for", _at("Task", "for", "reference", value="urn:uuid:7")),
    ("profile", "F6 when", f"{TASK}.authoredOn", _set("Task", authoredOn=None)),
    ("profile", "F6 who", f"{TASK}.requester", _set("Task", requester=None)),
    ("profile", "F7 no text", f"{TASK}.statusReason", _set("Task", statusReason={"coding": [{"code": "x"}]})),
    ("profile", "F7 rejected", f"{TASK}.statusReason", lambda bundle: (_set("Task", status="rejected")(bundle), _set("ServiceRequest", status="active")(bundle))),
    ("profile", "F8", f"{TASK}.output", _set("Task", output=None)),
    ("profile", "F9", f"{REQUEST}.status", _set("Task", status="in-progress")),
    ("profile", "F10", f"{REQUEST}.orderDetail", _twice("ServiceRequest", "orderDetail")),
    ("profile", "F11 category", CONSENT, _twice("Consent", "category")),
    ("profile", "F11 patient", CONSENT, _at("Consent", "patient", "reference", value="urn:uuid:7")),
    ("profile", "F11 date", CONSENT, _set("Consent", dateTime=None)),
    ("profile", "F11 organization", CONSENT, _twice("Consent", "organization")),
    ("profile", "F11 source", CONSENT, _set("Consent", sourceReference=None)),
    ("profile", "F11 not there", f"{REQUEST}.supportingInfo[0]", _drop_entry("Consent")),
    ("profile", "F12 partOf", f"{TASK}.partOf", _set("Task", partOf=None)),
    ("profile", "F12 basedOn", f"{TASK}.partOf", _set("ServiceRequest", basedOn=None)),
    ("profile", "no request", "entry", _drop_entry("ServiceRequest")),
    ("profile", "no task", "entry", _drop_entry("Task")),
]  # fmt: skip


def test_the_right_bundle_passes_every_layer() -> None:
    bundle = bundle_of(full_facts())
    assert {name: list(layer(bundle)) for name, layer in LAYERS.items()} == {name: [] for name in LAYERS}


@pytest.mark.parametrize(("layer", "name", "path", "change"), MUTANTS, ids=[f"{m[0]}: {m[1]}" for m in MUTANTS])
def test_one_layer_alone_sees_a_mutant(layer: str, name: str, path: str, change: Change) -> None:
    bundle: Any = copy.deepcopy(bundle_of(full_facts()))
    change(bundle)
    found = {each: [one.field for one in look(bundle)] for each, look in LAYERS.items()}
    if name == "received":
        # The ten statuses are a list and a rule (F3) of the guide.
        assert f"{TASK}.status" in found.pop("profile")
    else:
        assert [each for each, paths in found.items() if paths] == [layer]
    assert path in found[layer]
    if layer == "profile" and name[0] == "F":
        assert name.split(maxsplit=1)[0] in {one.code.removeprefix("FHIR_") for one in profile_problems(bundle)}


def test_a_status_that_does_not_follow_is_seen() -> None:
    bundle = bundle_of(full_facts(state=ReferralState.SENT))
    assert [one.code for one in profile_problems(bundle, before=TaskStatus.ACCEPTED)] == ["FHIR_F13"]
    assert list(profile_problems(bundle, before=TaskStatus.DRAFT)) == []
    assert list(profile_problems(bundle, before=TaskStatus.REQUESTED)) == []


def test_a_preview_with_somebody_in_it_is_seen() -> None:
    sent = bundle_of(full_facts(state=ReferralState.SENT))
    assert [one.field for one in profile_problems(sent, for_receiver=True)] == [
        f"{PATIENT}.name", f"{PATIENT}.identifier", f"{TASK}.input[3]",
    ]  # fmt: skip
    preview = bundle_of(full_facts(state=ReferralState.SENT, person=None, packet={}))
    assert list(profile_problems(preview, for_receiver=True)) == []


def test_there_are_enough_mutants_of_every_layer() -> None:
    assert {each: sum(m[0] == each for m in MUTANTS) >= 10 for each in LAYERS} == dict.fromkeys(LAYERS, True)
