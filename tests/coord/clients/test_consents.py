"""Consents as records: who records them, what they need, that nobody can change them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients import cards
from coord.clients.codes import ConsentState
from coord.clients.consents import (
    AddEvidence,
    RecordConsent,
    WithdrawConsent,
    add_evidence,
    consent_items,
    consents_of,
    consents_of_client,
    covers,
    evidence_file,
    record_consent,
    withdraw_consent,
)
from coord.clients.consents.actions import ConsentKept
from coord.clients.consents.codes import ItemKind, Purpose
from coord.clients.consents.tables import Consent, ConsentEvidence, ConsentRecipient, ConsentWithdrawal
from coord.clients.consents.texts import VERSION, hash_of
from coord.clients.tables import Client
from coord.kernel.clock import now, today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.files import FileKind
from coord.work import begin
from coord.work.engine import Database
from tests.coord.clients.test_clients import person, register
from tests.coord.kernel.test_files import PDF
from tests.coord.making import stored
from tests.queries import plainly
from tests.world import BUILDER, CENTER, CHEN, FOUNDATION, LIN, NORTH, SOUTH, SPONSOR, cast, fixed

pytestmark = pytest.mark.anyio
TODAY = today("Asia/Shanghai")
LIN_CARE = fixed("consent/NORTH-0001")


def sharing(**changed: Any) -> RecordConsent:
    """Lin lets the center have the basic file for a year; None leaves a field out."""
    given: dict[str, Any] = {
        "idempotency_key": str(uuid.uuid4()), "client": str(LIN), "purpose": "INFORMATION_SHARING",
        "recipients": [str(CENTER)], "categories": ["BASIC_FILE", "SCALES"], "signer": "SELF", "channel": "ON_SCREEN",
        "language": "zh-CN", "given_on": TODAY.isoformat(),
        "expires_on": (TODAY + timedelta(days=365)).isoformat(), **changed,
    }  # fmt: skip
    return RecordConsent.parse({name: value for name, value in given.items() if value is not None})


async def record(given: RecordConsent, actor: Actor = cast.sam) -> ConsentKept:
    async with begin(actor) as unit:
        return await record_consent(unit, given)


async def withdraw(consent: uuid.UUID, actor: Actor = cast.sam, **more: Any) -> ConsentKept:
    given = {"idempotency_key": str(uuid.uuid4()), "consent": str(consent), **more}
    async with begin(actor) as unit:
        return await withdraw_consent(unit, WithdrawConsent.parse(given))


async def covered(recipient: uuid.UUID = CENTER) -> bool:
    async with begin(cast.sam) as unit:
        given = (await consents_of(unit, [LIN]))[LIN]
    return covers(given, Purpose.INFORMATION_SHARING, recipient, now())


async def test_a_consent_is_recorded_with_the_words_shown_and_covers_from_then_on(database: Database) -> None:
    assert not await covered()
    kept = await record(sharing(signer="GUARDIAN", relation="SPOUSE", guardian="王大力NORTH"))
    (row,) = await stored(Consent, Consent.id == kept.consent_id)
    assert (row.text_version, row.text_hash) == (VERSION, hash_of(Purpose.INFORMATION_SHARING, "zh-CN"))
    assert (row.hospital_id, row.recorded_by_id, row.categories) == (NORTH, cast.sam.user_id, ["BASIC_FILE", "SCALES"])
    assert row.guardian is not None
    assert "王大力".encode() not in row.guardian
    assert (await covered(), await covered(SOUTH)) == (True, False)
    async with begin(cast.sam) as unit:
        newest = (await consents_of_client(unit, LIN))[0]
    assert (newest.given.id, newest.guardian, newest.standing) == (kept.consent_id, "王大力NORTH", "VALID")
    (entry,) = await stored(AuditEntry, AuditEntry.verb == "consent.record")
    assert (entry.after["guardian"], entry.after["purpose"]) == ("(personal)", "INFORMATION_SHARING")


async def test_the_same_key_records_once(database: Database) -> None:
    given = sharing()
    first, second = await record(given), await record(given)
    assert (first.replayed, second.replayed, first.consent_id) == (False, True, second.consent_id)
    with pytest.raises(Conflict):
        await record(sharing(idempotency_key=str(given.idempotency_key), language="en"))


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"signer": None}, [("signer", "REQUIRED")]),
        ({"recipients": None}, [("recipients", "REQUIRED")]),
        ({"recipients": [str(fixed("nowhere"))]}, [("recipients", "NO_SUCH_ORGANIZATION")]),
        ({"categories": None}, [("categories", "REQUIRED")]),
        ({"expires_on": None}, [("expires_on", "REQUIRED")]),
        ({"given_on": (TODAY + timedelta(days=2)).isoformat()}, [("given_on", "FUTURE_DATE")]),
        ({"basis": "LEGAL_MANDATE", "signer": None}, [("document", "REQUIRED")]),
        ({"basis": "VITAL_INTEREST", "document": "第三十条"}, [("signer", "NOT_SIGNED")]),
    ],
)
async def test_a_consent_that_lacks_something_is_refused_and_nothing_is_kept(
    database: Database, changed: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        await record(sharing(**changed))
    assert [(problem.field, problem.code) for problem in refused.value.problems] == problems
    assert len(await stored(Consent)) == 15


@pytest.mark.parametrize("name", ["purpose", "channel", "language", "given_on", "client"])
def test_no_part_of_the_record_is_assumed(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        sharing(**{name: None})
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(name, "REQUIRED")]


async def test_the_law_stands_in_place_of_a_consent_with_its_document(database: Database) -> None:
    kept = await record(sharing(basis="LEGAL_MANDATE", signer=None, document="精神卫生法 30"))
    (row,) = await stored(Consent, Consent.id == kept.consent_id)
    assert (row.signer, row.basis, row.document is not None) == (None, "LEGAL_MANDATE", True)
    assert await covered()


async def test_a_withdrawal_ends_the_consent_at_once_and_once(database: Database) -> None:
    kept = await record(sharing())
    await withdraw(kept.consent_id, remark="改变主意")
    assert not await covered()
    with pytest.raises(Conflict):
        await withdraw(kept.consent_id)
    (row,) = await stored(ConsentWithdrawal)
    assert (row.reason, "改变".encode() in (row.remark or b"")) == ("ASKED_BY_PERSON", False)
    async with begin(cast.sam) as unit:
        assert (await consents_of_client(unit, LIN))[0].remark == "改变主意"


async def test_the_state_on_a_card_follows_from_the_records(database: Database) -> None:
    async def state() -> ConsentState | None:
        async with begin(cast.sam) as unit:
            return (await cards(unit, [LIN]))[LIN].consent

    assert await state() is ConsentState.GIVEN
    await withdraw(LIN_CARE)
    assert await state() is ConsentState.WITHDRAWN
    await record(sharing(purpose="SERVICE", recipients=None, categories=None, expires_on=None))
    assert await state() is ConsentState.GIVEN


async def test_registering_with_a_signed_form_records_it_and_a_minor_needs_a_guardian(database: Database) -> None:
    made = await register(person(consent="GIVEN", birth_date="1990-05-06"))
    (row,) = await stored(Consent, Consent.client_id == made)
    assert (row.purpose, row.channel, row.signer, row.given_on) == ("SERVICE", "PAPER", "SELF", TODAY)
    for day, code, field, lack in (
        (f"{TODAY.year - 15}-05-06", "GUARDIAN_NEEDED", "guardian", "GUARDIAN_REQUIRED"),
        ("", "GUARDIAN_NEEDED_AGE_UNKNOWN", "birth_date", "REQUIRED"),
    ):
        with pytest.raises(Invalid) as refused:
            await register(person(consent="GIVEN", birth_date=day))
        told = {(problem.field, problem.code) for problem in refused.value.problems}
        assert told == {("consent", code), (field, lack)}
    with pytest.raises(Invalid):
        person(consent="WITHDRAWN")


@pytest.mark.parametrize("name", ["nia", "ola", "fatima", "petra", "adam", "cai"])
async def test_others_neither_see_nor_record_nor_end_a_consent(database: Database, name: str) -> None:
    actor = getattr(cast, name)
    with pytest.raises((NotFound, NotAllowed)):
        await record(sharing(), actor)
    with pytest.raises((NotFound, NotAllowed)):
        await withdraw(LIN_CARE, actor)
    with pytest.raises((NotFound, NotAllowed)):
        await _seen(actor)
    assert (len(await stored(Consent)), len(await stored(ConsentWithdrawal))) == (15, 0)


async def _seen(actor: Actor) -> None:
    """What another person reads of North's consents: nothing at the hospital, and Lin is not there."""
    async with begin(actor) as unit:
        assert await consent_items(unit, [NORTH]) == []
        await consents_of_client(unit, LIN)


async def test_evidence_is_kept_sealed_and_reading_it_is_on_the_trail(database: Database) -> None:
    async with begin(cast.sam) as unit:
        file = await add_evidence(unit, AddEvidence(consent=LIN_CARE, file_name="scan.pdf"), PDF)
    (row,) = await stored(ConsentEvidence)
    assert (b"PDF" in row.content, row.size) == (False, len(PDF))
    async with begin(cast.sam) as unit:
        assert await evidence_file(unit, file) == (FileKind.PDF, PDF)
    (entry,) = await stored(AuditEntry, AuditEntry.verb == "consent.read_evidence")
    assert (entry.subject, entry.subject_id) == ("client", LIN)
    with pytest.raises(NotFound):
        async with begin(cast.nia) as unit:
            await evidence_file(unit, file)
    for _ in range(4):
        async with begin(cast.sam) as unit:
            await add_evidence(unit, AddEvidence(consent=LIN_CARE, file_name="scan.pdf"), PDF)
    with pytest.raises(Invalid):
        async with begin(cast.sam) as unit:
            await add_evidence(unit, AddEvidence(consent=LIN_CARE, file_name="scan.pdf"), PDF)


async def test_what_to_ask_for_again_at_a_hospital(database: Database) -> None:
    await record(sharing(given_on="2026-01-02", expires_on=(TODAY + timedelta(days=10)).isoformat()))
    async with begin(BUILDER) as unit:
        (await unit.find(Client, CHEN)).birth_year = TODAY.year - 19
    care = {"purpose": "FOLLOW_UP", "recipients": None, "categories": None, "expires_on": None, "client": str(CHEN)}
    await record(sharing(**care, signer="GUARDIAN", relation="PARENT", given_on=f"{TODAY.year - 2}-01-01"))
    async with begin(cast.sam) as unit:
        found = await consent_items(unit, [NORTH])
    assert {(item.consent.client_id, item.kind) for item in found} == {
        (LIN, ItemKind.EXPIRING), (CHEN, ItemKind.TURNED_18),
    }  # fmt: skip


async def _run(actor: Actor, statement: str) -> None:
    """A statement past the guard, to the database itself."""
    async with begin(actor) as unit:
        await unit.session.flush()  # begins
        await plainly(unit).exec_driver_sql(statement)


_CHANGES = (
    "UPDATE consent SET language = 'ko'",
    "DELETE FROM consent_recipient",
    "DELETE FROM consent_withdrawal",
    "UPDATE consent_evidence SET size = 1",
)


@pytest.mark.parametrize("statement", _CHANGES)
@pytest.mark.parametrize("system", [False, True], ids=["a person", "a part of the system"])
async def test_the_database_refuses_to_change_what_was_recorded(
    real_database: Database, statement: str, system: bool
) -> None:
    kept = await record(sharing())
    await withdraw(kept.consent_id)
    async with begin(cast.sam) as unit:
        await add_evidence(unit, AddEvidence(consent=kept.consent_id, file_name="scan.pdf"), PDF)
    tables = (Consent, ConsentRecipient, ConsentWithdrawal, ConsentEvidence)
    before = [[row.model_dump() for row in await stored(table)] for table in tables]
    with pytest.raises(DBAPIError):
        await _run(BUILDER if system else cast.sam, statement)
    assert [[row.model_dump() for row in await stored(table)] for table in tables] == before


async def test_a_sponsor_may_be_named_but_gets_no_path_to_the_record(database: Database) -> None:
    await record(sharing(recipients=[str(SPONSOR), str(FOUNDATION)]))
    async with begin(cast.fatima, read_only=True) as unit:
        with pytest.raises(NotAllowed):
            await consents_of(unit, [LIN])
