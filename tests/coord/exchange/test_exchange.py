"""Referrals out and in: what each side gets, what partners may bring, what is refused."""

import copy
import uuid
from typing import Any

import pytest
from lxml import etree

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.exchange.documents import MAX_BYTES, MAX_DEPTH, from_json, from_xml, to_json, to_xml
from coord.exchange.tables import ReferralIdentifier
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.referrals.codes import ReferralState
from coord.work.engine import Database
from tests.coord.exchange.making import export, resource, take
from tests.coord.making import contact, log, signed_in, stored
from tests.coord.referrals.making import (
    E,
    by_source,
    by_target,
    consent,
    feedback,
    post_at_center,
    referral,
    row,
    seen,
    send,
    sent,
)
from tests.world import cast

pytestmark = pytest.mark.anyio
S = ReferralState
PARTNER = "https://partner.example/referrals"


async def _cai() -> Actor:
    return await signed_in("cai")


def _with(bundle: Any, kind: str, **members: Any) -> Any:
    """A copy in which members of a resource have changed; None takes one away."""
    changed = copy.deepcopy(bundle)
    target = resource(changed, kind)
    for name, value in members.items():
        target.pop(name, None)
        if value is not None:
            target[name] = value
    return changed


def _foreign(bundle: Any, number: str = "7", *, status: str = "requested") -> Any:
    """As a partner's system sends it first: with its own identifier, without ours."""
    own = [{"system": PARTNER, "value": number}]
    request = _with(bundle, "ServiceRequest", identifier=own, status="draft" if status == "draft" else "active")
    return _with(request, "Task", identifier=own, status=status, businessStatus=None, statusReason=None)


async def _refused(bundle: Any, actor: Actor, **more: Any) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        await take(bundle, actor, **more)
    return [f"{one.field} {one.code}" for one in refusal.value.problems]


async def test_before_acceptance_the_receiver_gets_a_sketch_and_after_it_the_person(database: Database) -> None:
    await post_at_center()
    await consent()
    made = await send(referral(diagnosis="F32.1 诊断NORTH"))
    before, sender = await export(made, await _cai()), await export(made, cast.sam)
    await by_target(made, E.ACCEPT)
    after = await export(made, await _cai())
    shown = [to_json(one).decode() for one in (before, sender, after)]
    assert [("林芳NORTH" in text, "NORTH-0001" in text, "F32.1" in text) for text in shown] == [
        (False, False, False), (True, True, True), (True, True, True),
    ]  # fmt: skip
    assert set(resource(before, "Patient")) == {"resourceType", "id"}
    assert resource(before, "Task")["input"][0]["valueString"] == "45-59"
    verbs = [entry.verb for entry in await stored(AuditEntry, AuditEntry.verb == "referral.exchange")]
    assert len(verbs) == 3


async def test_those_who_only_oversee_get_no_bundle(database: Database) -> None:
    made = await sent()
    for actor in (cast.ola, cast.fatima, cast.adam):
        with pytest.raises(NotAllowed):
            await export(made, actor)
    with pytest.raises(NotFound):
        await export(made, cast.nia)


async def test_what_is_exported_at_every_step_is_taken_without_a_change(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    await seen(made)
    await by_target(made, E.ASSESS)
    await feedback(made)
    await by_source(made, E.ACKNOWLEDGE)
    for actor in (cast.sam, await _cai()):
        for form in ("json", "xml"):
            bundle = await export(made, actor)
            taken = await take(bundle, actor, form)
            assert (taken.referral_id, taken.was_new, taken.has_changed) == (made, False, False)
            assert await export(made, actor) == bundle


async def test_a_partner_creates_a_referral_once_and_moves_it_to_its_end(database: Database) -> None:
    """The whole loop through bundles alone, each sent twice: the second time nothing changes."""
    template = await export(await _drafted(), cast.sam)
    first = _foreign(template)
    made = await take(first, cast.sam)
    assert made.was_new
    assert (await row(made.referral_id)).state is S.SENT
    again = await take(first, cast.sam)
    assert (again.referral_id, again.was_new, again.has_changed) == (made.referral_id, False, False)
    cai = await _cai()
    proof = await log_at_center(cai, made.referral_id)
    await _move(made.referral_id, cai, "in-progress", output=[_proof(proof)])
    await _move(made.referral_id, cai, "in-progress", businessStatus=_state("ASSESSED"))
    await _move(made.referral_id, cai, "in-progress", businessStatus=_state("IN_SERVICE"))
    await _move(made.referral_id, cai, "completed", output=[_outcome("COMPLETED")])
    assert (await row(made.referral_id)).state is S.FEEDBACK_SENT
    closed = _with(await export(made.referral_id, cast.sam), "ServiceRequest", status="completed")
    await take(_with(closed, "Task", status="completed", businessStatus=None), cast.sam)
    found = await row(made.referral_id)
    assert (found.state, found.outcome) == (S.CLOSED, "COMPLETED")
    assert len(await stored(ReferralIdentifier, ReferralIdentifier.referral_id == made.referral_id)) == 1
    bundle = await export(made.referral_id, cast.sam)
    assert {"system": PARTNER, "value": "7"} in resource(bundle, "ServiceRequest")["identifier"]


async def _drafted() -> uuid.UUID:
    """A draft of another need, whose bundle is a template with everything that a sender knows."""
    await post_at_center()
    await consent()
    made = await send(referral(need="HOUSING", draft="true"))
    await by_source(made, E.WITHDRAW, reason_code="SENT_BY_MISTAKE")
    return made


async def log_at_center(cai: Actor, referral_id: uuid.UUID) -> uuid.UUID:
    """The center accepts by a bundle, then meets the person."""
    await _move(referral_id, cai, "accepted")
    return (await log(contact(occurred_on=today("Asia/Shanghai").isoformat()), await _cai())).contact_id


async def _move(referral_id: uuid.UUID, actor: Actor, status: str, **members: Any) -> None:
    """A Task that a partner's system has moved, sent twice."""
    bundle = await export(referral_id, await _cai())
    moved = _with(bundle, "Task", **{"status": status, "businessStatus": None, **members})
    done = [(await take(moved, await _cai())).has_changed for _ in range(2)]
    assert done == [True, False]


def _state(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "urn:coord:referral-state", "code": code}]}


def _proof(contact_id: uuid.UUID) -> dict[str, Any]:
    temporary = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
    reference = {"identifier": {"system": "urn:coord:service-contact", "value": str(contact_id)}}
    return {"type": {"coding": [{"system": temporary, "code": "resulting-activity"}]}, "valueReference": reference}


def _outcome(code: str) -> dict[str, Any]:
    concept = {"coding": [{"system": "urn:coord:referral-outcome", "code": code}]}
    return {"type": _proof(uuid.uuid4())["type"], "valueCodeableConcept": concept}


@pytest.mark.parametrize("direction", ["UP", "DOWN", "LATERAL", "SELF"])
async def test_the_direction_is_as_the_bundle_says(database: Database, direction: str) -> None:
    bundle = _foreign(await export(await _drafted(), cast.sam))
    resource(bundle, "ServiceRequest")["category"][2]["coding"][0]["code"] = direction
    assert (await row((await take(bundle, cast.sam, "xml")).referral_id)).direction == direction


async def test_a_refusal_in_words_of_the_partners_own_is_kept_as_a_note(database: Database) -> None:
    made = await sent()
    bundle = await export(made, await _cai())
    declined = _with(bundle, "Task", status="rejected", businessStatus=None, statusReason={"text": "满员"})
    await take(declined, await _cai())
    assert (await row(made)).state is S.DECLINED
    assert resource(await export(made, cast.sam), "Task")["statusReason"]["coding"][0]["code"] == "OTHER"


async def test_the_other_side_cannot_move_by_a_bundle(database: Database) -> None:
    made = await sent()
    bundle = _with(await export(made, cast.sam), "Task", status="accepted", businessStatus=None)
    assert await _refused(bundle, cast.sam) == ["Task.status OTHER_SIDE_MOVES"]
    assert (await row(made)).state is S.SENT


async def test_an_old_bundle_does_not_bring_a_referral_back(database: Database) -> None:
    made = await sent()
    cai = await _cai()
    old = await export(made, cai)
    await by_target(made, E.ACCEPT)
    assert await _refused(old, await _cai()) == ["Task.status FHIR_NO_SUCH_STEP"]


async def test_without_consent_nothing_is_sent(database: Database) -> None:
    await post_at_center()
    made = await send(referral(draft="true"))
    await by_source(made, E.WITHDRAW, reason_code="SENT_BY_MISTAKE")
    bundle = _foreign(await export(made, cast.sam))
    assert await _refused(bundle, cast.sam) == ["ServiceRequest.supportingInfo NO_VALID_CONSENT"]
    assert await stored(ReferralIdentifier, ReferralIdentifier.value == "7") == []


async def test_the_same_need_at_the_same_place_is_open_once(database: Database) -> None:
    bundle = _foreign(await export(await _drafted(), cast.sam))
    await take(bundle, cast.sam)
    with pytest.raises(Conflict):
        await take(_foreign(bundle, "8"), cast.sam)


async def test_what_is_not_known_here_is_refused_with_its_place(database: Database) -> None:
    template = await export(await _drafted(), cast.sam)
    bundle = _foreign(template)
    stranger = [{"system": "urn:coord:client", "value": "NORTH-9999"}]
    assert await _refused(_with(bundle, "Patient", identifier=stranger), cast.sam) == [
        "Patient.identifier FHIR_UNKNOWN_CLIENT"
    ]
    nowhere = [{"system": "urn:coord:organization", "value": "X99"}]
    assert await _refused(_with(bundle, "Organization", identifier=nowhere), cast.sam) == [
        "Task.requester NO_SUCH_ORGANIZATION"
    ]
    nameless = _with(_with(bundle, "ServiceRequest", identifier=None), "Task", identifier=None)
    assert await _refused(nameless, cast.sam) == ["ServiceRequest.identifier FHIR_NO_IDENTIFIER"]
    assert await _refused(_foreign(template, status="accepted"), cast.sam) == ["Task.status FHIR_BEGINS_REQUESTED"]
    unknown = [{"system": "urn:coord:referral", "value": str(uuid.uuid4())}]
    with pytest.raises(NotFound):
        await take(_with(template, "ServiceRequest", identifier=unknown), cast.sam)


async def test_somebody_elses_client_is_not_referred_by_a_bundle(database: Database) -> None:
    bundle = _foreign(await export(await _drafted(), cast.sam))
    assert await _refused(bundle, cast.nia) == ["Patient.identifier FHIR_UNKNOWN_CLIENT"]
    with pytest.raises(NotAllowed):
        await take(bundle, cast.ola)


async def test_a_first_contact_needs_proof_and_an_end_its_outcome(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    cai = await _cai()
    bundle = await export(made, cai)
    assert await _refused(_with(bundle, "Task", status="in-progress", businessStatus=None), cai) == [
        "Task.output FHIR_NEEDS_PROOF"
    ]
    await seen(made)
    done = {"text": "fertig", "coding": [{"system": "urn:x", "code": "1"}]}
    output = [{**_outcome("OTHER"), "valueCodeableConcept": done}]
    bundle = await export(made, await _cai())
    assert await _refused(
        _with(bundle, "Task", status="completed", businessStatus=None, output=output), await _cai()
    ) == ["Task.output FHIR_NO_OUTCOME"]


_BOMB = b"""<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Bundle xmlns="http://hl7.org/fhir">&b;</Bundle>"""
_FILE = b"""<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/hostname">]><Bundle xmlns="http://hl7.org/fhir">&a;</Bundle>"""


@pytest.mark.parametrize(
    ("content", "form", "code"),
    [
        (_BOMB, "xml", "FHIR_DOCUMENT_TYPE"),
        (_FILE, "xml", "FHIR_DOCUMENT_TYPE"),
        (_FILE.decode().encode("utf-16"), "xml", "FHIR_DOCUMENT_TYPE"),
        (b"<Bundle", "xml", "FHIR_UNREADABLE"),
        (b"{", "json", "FHIR_UNREADABLE"),
        (b"[" * 500 + b"]" * 500, "json", "FHIR_TOO_DEEP"),
        (b'{"resourceType": "Bundle", "a": [' + b"1," * 30000 + b"1]}", "json", "FHIR_TOO_DEEP"),
        (b"<a>" * 40 + b"</a>" * 40, "xml", "FHIR_TOO_DEEP"),
        (b"[]", "json", "FHIR_ELEMENT"),
        (b'{"resourceType": "Bundle2"}', "json", "FHIR_ELEMENT"),
        (b'{"resourceType": "Patient"}', "json", "FHIR_NO_BUNDLE"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "json", "FHIR_ONE_OF_EACH"),
        (b'<Bundle xmlns="urn:other"/>', "xml", "FHIR_SCHEMA"),
    ],
)  # fmt: skip
async def test_hostile_and_broken_documents_are_refused(
    database: Database, content: bytes, form: str, code: str
) -> None:
    assert [one.split()[-1] for one in await _refused(content, cast.sam, form=form)] == [code]


async def test_another_version_and_too_much_are_refused(database: Database) -> None:
    assert await _refused(b"{}", cast.sam, version="5.0") == [" FHIR_VERSION"]
    assert await _refused(b" " * (MAX_BYTES + 1), cast.sam) == [" FHIR_TOO_LARGE"]
    assert await _refused(b" " * (MAX_BYTES + 1), cast.sam, form="xml") == [" FHIR_TOO_LARGE"]
    assert MAX_DEPTH < 256  # the parser's own limit


def test_narratives_are_left_out_and_the_rest_is_kept() -> None:
    tree = {"resourceType": "Patient", "id": "a", "text": {"status": "generated", "div": "<div/>"}, "gender": "other"}
    assert etree.tostring(from_json(to_json(tree))) == etree.tostring(from_xml(to_xml({**tree, "text": {}})))
