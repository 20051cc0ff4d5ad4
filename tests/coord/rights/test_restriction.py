"""A restricted client is invisible by every door and in the database itself, but for the legal role; figures stay."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from coord.access import Actor, Role
from coord.audit.tables import AuditEntry
from coord.cases.codes import CaseStatus
from coord.cases.tables import (
    CaseAssessment,
    CaseClosing,
    CaseFile,
    CaseFollowUp,
    CaseGoal,
    CaseIntake,
    CasePlan,
    CaseStep,
)
from coord.clients import CLIENTS, cards, clients, find_clients
from coord.clients.consents.tables import Consent
from coord.clients.tables import Client, ClientIdentity, ClientKey, ClientRestriction, ClientSearchKey
from coord.contacts.tables import NoteKey, Presence, ServiceContact
from coord.identity.reads import AUTHENTICATOR, load_user
from coord.identity.tables import Membership, User
from coord.kernel.errors import NotAllowed, NotFound
from coord.kernel.sql import select
from coord.measures import measure_table
from coord.rights.inputs import LiftRestriction, RestrictClient
from coord.rights.restricting import lift_restriction, restrict_client, restrictions
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import case_in
from tests.coord.making import asked, contact, log, signed_in, stored
from tests.coord.outcomes.recording import danger
from tests.queries import plainly
from tests.web.visit import visiting
from tests.world import BUILDER, CHEN, LIN, NORTH, STARTS, cast, fixed

pytestmark = pytest.mark.anyio
PAUL = fixed("user/paul")
OF_LIN = (Client, ClientKey, ClientIdentity, ClientSearchKey, Consent, CaseFile, ServiceContact, Presence, NoteKey)


async def _officer() -> Actor:
    """Paul holds the legal role at North."""
    async with begin(BUILDER) as unit:
        unit.add(User(id=PAUL, email="paul@demo.example", name="Paul", password_hash="-", language="en"))
        await unit.session.flush()
        unit.add(Membership(user_id=PAUL, organization_id=NORTH, role=Role.PRIVACY_OFFICER, starts_on=STARTS))
    return await _actor(PAUL)


async def _actor(user: UUID) -> Actor:
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        return (await load_user(unit, user)).actor


async def restrict(actor: Actor = cast.sam, client: UUID = LIN) -> None:
    async with begin(actor) as unit:
        await restrict_client(unit, RestrictClient(client=client, reason="本人要求停止处理"))


async def _rows(actor: Actor, model: Any) -> int:
    """How many rows about Lin an actor's session finds."""
    column = model.id if model in {Client, ClientKey, ClientIdentity} else model.client_id
    async with begin(actor, read_only=True) as unit:
        return len(await unit.scalars(select(model.id).where(column == LIN)))


async def test_the_session_finds_nothing_of_them_and_everything_again_once_it_is_lifted(database: Database) -> None:
    officer = await _officer()
    await log(contact(note="谈到出院"))
    before = {model.__name__: await _rows(await signed_in("sam"), model) for model in OF_LIN}
    assert all(before.values())
    await restrict()
    for name in ("sam", "sun"):
        assert {model.__name__: await _rows(await signed_in(name), model) for model in OF_LIN} == dict.fromkeys(
            before, 0
        )
    async with begin(await _actor(officer.user_id or PAUL)) as unit:
        await lift_restriction(unit, LiftRestriction(client=LIN, reason="本人撤回要求"))
    assert {model.__name__: await _rows(await signed_in("sam"), model) for model in OF_LIN} == before


@pytest.mark.parametrize(
    "table", ["client", "client_key", "client_identity", "client_search_key", "consent", "note_key"]
)
async def test_the_wall_of_the_database_hides_them_from_a_statement_that_nobody_narrowed(
    database: Database, table: str
) -> None:
    await log(contact(note="谈到出院"))
    column = "id" if table in {"client", "client_key", "client_identity"} else "client_id"
    key = LIN.hex if database.is_sqlite else str(LIN)
    asked_plainly = text(f"SELECT count(*) FROM {table} WHERE {column} = '{key}'")  # noqa: S608  fixed names

    async def found() -> int:
        async with begin(await signed_in("sam"), read_only=True) as unit:
            await unit.rows(select(Client.id).limit(1))
            connection = plainly(unit)
            return int((await connection.execute(asked_plainly)).scalar_one())

    assert await found() > 0
    await restrict()
    assert await found() == 0


async def test_the_sheets_of_their_case_are_hidden_with_it_and_shown_with_it(database: Database) -> None:
    sheets = (CaseIntake, CaseAssessment, CasePlan, CaseGoal, CaseClosing, CaseFollowUp, CaseStep)
    await case_in(CaseStatus.FOLLOW_UP)
    sam = await signed_in("sam")
    before = {model.__name__: len(await _shown(sam, model)) for model in sheets}
    assert all(before.values()), before
    await restrict(client=CHEN)
    for name in ("sam", "sun"):
        hidden = await signed_in(name)
        assert {model.__name__: len(await _shown(hidden, model)) for model in sheets} == dict.fromkeys(before, 0)
        assert {model.__name__: await _in_plain_sql(hidden, model) for model in sheets} == dict.fromkeys(before, 0)
    async with begin(BUILDER) as unit:
        (row,) = await unit.scalars(select(ClientRestriction))
        row.lifted_at = row.restricted_at
    assert {model.__name__: len(await _shown(await signed_in("sam"), model)) for model in sheets} == before


async def _shown(actor: Actor, model: Any) -> Any:
    async with begin(actor, read_only=True) as unit:
        return await unit.scalars(select(model.id))


async def _in_plain_sql(actor: Actor, model: Any) -> int:
    """How many rows the database itself gives to a statement that nobody narrowed."""
    async with begin(actor, read_only=True) as unit:
        await unit.rows(select(Client.id).limit(1))
        connection = plainly(unit)
        asked_plainly = text(f"SELECT count(*) FROM {model.__tablename__}")  # noqa: S608  fixed names
        return int((await connection.execute(asked_plainly)).scalar_one())


async def test_an_alert_stays_by_code_and_without_name_or_word(database: Database) -> None:
    alert = await danger(note="CANARY")
    await restrict()
    for name in ("sam", "sun", "ola"):
        async with visiting(name) as visitor:
            listed, page = await visitor.get("/alerts"), await visitor.get(f"/alerts/{alert}")
            assert (name, listed.status_code, page.status_code) == (name, 200, 200)
            assert f"/alerts/{alert}" in listed.text
            for said in (listed.text, page.text):
                assert [word for word in ("林芳", "CANARY") if word in said] == []
    async with visiting("sun") as sun:
        assert (await sun.post(f"/alerts/{alert}/take", data={"plan": "HOSPITAL_INFORMED"})).status_code == 303


async def test_figures_stay_as_they_were(database: Database) -> None:
    await log(contact())
    await log(contact(client=str(CHEN)))

    async def figures(name: str) -> Any:
        async with begin(await signed_in(name), read_only=True) as unit:
            return (await measure_table(unit, asked())).total

    before = {name: await figures(name) for name in ("sam", "ola", "sun")}
    assert before["ola"]["persons"] == 2
    await restrict()
    assert {name: await figures(name) for name in before} == before


async def test_every_door_says_that_there_is_nobody(database: Database) -> None:
    await log(contact())
    async with visiting("sam") as sam:
        case = (await stored(CaseFile, CaseFile.client_id == LIN))[0].id
        paths = [f"/clients/{LIN}", f"/clients/{LIN}/consents", f"/clients/{LIN}/rights", f"/clients/{LIN}/copy.json",
                 f"/clients/{LIN}/access", f"/cases/{case}"]  # fmt: skip
        assert {(await sam.get(path)).status_code for path in paths} == {200}
        done = await sam.post(f"/clients/{LIN}/rights/restrict", data={"reason": "本人要求"})
        assert (done.status_code, done.headers["location"]) == (303, "/clients")
        assert {path: (await sam.get(path)).status_code for path in paths} == dict.fromkeys(paths, 404)
        for path in (
            "/clients",
            "/clients?q=林芳",
            "/today",
            "/work",
            "/cases?of=all&show=all",
            "/records",
            "/contacts",
        ):
            answer = await sam.get(path)
            assert "林芳NORTH" not in answer.text
            assert "NORTH-0001" not in answer.text
        asked_api = {"query": "{ clients(first: 50) { edges { node { code } } } }"}
        assert "NORTH-0001" not in (await sam.post("/graphql", json=asked_api)).text


async def test_the_legal_role_sees_who_why_and_since_when_and_nobody_else(database: Database) -> None:
    await _officer()
    async with begin(await _actor(PAUL)) as unit:
        assert (await clients(unit, ["code"], CLIENTS.request(50, None))).rows == []
    await restrict()
    async with begin(await _actor(PAUL)) as unit:
        assert [row["code"] for row in (await clients(unit, ["code"], CLIENTS.request(50, None))).rows] == [
            "NORTH-0001"
        ]
        found = (await restrictions(unit))[0]
    assert (found.code, found.name, found.by, found.reason) == ("NORTH-0001", "林芳NORTH", "Sam", "本人要求停止处理")
    async with begin(await signed_in("nia")) as unit:
        assert LIN not in await cards(unit, [LIN])


async def test_the_page_of_the_legal_role_lifts_with_a_reason(database: Database) -> None:
    await _officer()
    await restrict()
    async with visiting("paul") as paul:
        page = await paul.get("/restrictions")
        assert "林芳NORTH" in page.text
        assert (await paul.post(f"/restrictions/{LIN}/lift", data={"reason": ""})).status_code == 422
        assert (await paul.get(f"/clients/{LIN}/copy.html")).status_code == 200
        assert (await paul.post(f"/restrictions/{LIN}/lift", data={"reason": "争议已了结"})).status_code == 303
        assert "No file is restricted." in (await paul.get("/restrictions")).text
    row = (await stored(ClientRestriction))[0]
    assert row.lifted_by_name == "Paul"
    assert "争议".encode() not in (row.lift_reason or b"")
    async with begin(await signed_in("sam")) as unit:
        assert [card.id for card in await find_clients(unit, "林芳")] == [LIN]


@pytest.mark.parametrize("name", ["ola", "cai", "fatima", "petra", "adam"])
async def test_only_the_care_team_restricts(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await restrict(getattr(cast, name))
    assert await stored(ClientRestriction) == []


async def test_the_care_team_cannot_lift_and_a_second_time_there_is_nobody_to_restrict(database: Database) -> None:
    await restrict()
    with pytest.raises(NotAllowed):
        async with begin(await signed_in("sam")) as unit:
            await lift_restriction(unit, LiftRestriction(client=LIN, reason="x"))
    with pytest.raises(NotFound):
        await restrict(await signed_in("sam"))
    verbs = [entry.verb for entry in await stored(AuditEntry, AuditEntry.subject_id == LIN)]
    assert verbs == ["client.restrict"]
