"""Nobody sees a row of somebody else, on any path: the schema is walked by every member of the cast."""

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import col

from coord.access import Actor, system
from coord.agreements.tables import Agreement, LedgerEntry
from coord.cases.tables import CaseFile
from coord.clients.consents.tables import Consent
from coord.clients.discharges import RecordDischarge, record_discharge
from coord.clients.tables import Client, Discharge
from coord.contacts import LogContact, log_contact
from coord.contacts.tables import ServiceContact, ServiceGroup
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.outcomes.tables import SafetyAlert, ScaleScore
from coord.placements.tables import Placement
from coord.programs.tables import Program
from coord.referrals.directory.tables import Receiver
from coord.referrals.tables import Referral
from coord.supervision.tables import SupervisionSession
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint
from coord.work import begin
from coord.work.engine import Database
from coord.workforce.tables import Worker
from schema.budget import Budget
from schema.ids import global_id
from tests.coord.outcomes.recording import DANGER, record, scale
from tests.coord.releases.making import published
from tests.schema.api import Api, asking_as
from tests.schema.walking import documents, everything_of_a_node, types_of_node
from tests.world import LIN, NORTH, PROGRAM, SOUTH, SOUTH_ZHAO, cast, fixed

# Whoever sees much has long answers on every path.
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

READER = system("test", "collects ids to guess", "job.run")
TABLES: dict[str, Any] = {
    "Organization": Organization, "Program": Program, "Worker": Worker, "Placement": Placement, "Client": Client,
    "ServiceContact": ServiceContact, "Consent": Consent,
}  # fmt: skip
TABLES |= {"ScaleResult": ScaleScore, "SafetyAlert": SafetyAlert, "CaseFile": CaseFile, "Referral": Referral,
           "Receiver": Receiver, "SupervisionSession": SupervisionSession, "ServiceGroup": ServiceGroup,
           "Discharge": Discharge, "WebhookEndpoint": WebhookEndpoint, "WebhookDelivery": WebhookDelivery,
           "Agreement": Agreement, "LedgerEntry": LedgerEntry}  # fmt: skip
SHEETS = "intake { presentingIssue } goals { statement } steps { by reason }"
NAMES = ("林芳", "陈秀兰", "黄涛", "组员", "赵梦琪", "钱浩", "13800138000")
CARE = {"sam": ("NORTH", "SOUTH"), "nia": ("SOUTH", "NORTH")}
OUTSIDE = ("fatima", "cai", "petra", "adam")


async def one_contact_each() -> None:
    """North and South each log one contact whose note carries the marker."""
    for actor, client, marker in ((cast.sam, LIN, "NORTH"), (cast.nia, SOUTH_ZHAO, "SOUTH")):
        given = LogContact.parse(
            {
                "idempotency_key": uuid.uuid4(), "program": PROGRAM, "client": client, "service_code": "CASE_CONTACT",
                "occurred_on": "2026-09-03", "duration_minutes": 30, "note": f"{marker} secret note",
            }
        )  # fmt: skip
        async with begin(actor) as unit:
            await log_contact(unit, given)
        await record(scale(DANGER, client=str(client), note=f"{marker} secret note"), actor)
        async with begin(actor) as unit:
            left = {"client": client, "discharged_at": "2026-09-10T11:00:00+08:00"}
            await record_discharge(unit, RecordDischarge.parse(left))


async def every_id() -> Sequence[tuple[str, str]]:
    """The global ids of all rows there are, with their type, and each organization's as if it were a client."""
    found: list[tuple[str, str]] = []
    async with begin(READER, read_only=True) as unit:
        for name, model in TABLES.items():
            for one in await unit.scalars(select(model.id).order_by(col(model.id))):
                found.append((name, global_id(name, one)))
                if name == "Organization":
                    found.append(("Client", global_id("Client", one)))
    return found


def with_foreign_arguments() -> Sequence[str]:
    """Lists narrowed to rows of either hospital, searches for either's people."""
    asked = []
    for hospital, client in ((NORTH, LIN), (SOUTH, SOUTH_ZHAO)):
        place, person = global_id("Organization", hospital), global_id("Client", client)
        asked += [
            f'{{ serviceContacts(filter: {{hospital: "{place}"}}) {{ totalCount edges {{ node {{ id client {{ code }} }} }} }} }}',
            f'{{ serviceContacts(filter: {{client: "{person}"}}) {{ totalCount edges {{ node {{ id client {{ code }} }} }} }} }}',
            f'{{ placements(hospital: "{place}") {{ edges {{ node {{ worker {{ displayName }} }} }} }} }}',
        ]
    for text in ("NORTH", "SOUTH", "林", "lf", "赵", "zmq", "0001"):
        asked.append(
            f'{{ clients(search: "{text}") {{ totalCount edges {{ node {{ code identity {{ name }} }} }} }} }}'
        )
    return asked


async def walk(api: Api) -> str:
    """Everything that the door tells somebody, as one text."""
    heard: list[str] = []
    for document in [*documents(), *with_foreign_arguments()]:
        answer = await api.ask(document)
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= {"NOT_ALLOWED", "NOT_FOUND"}, (document, answer)
        heard.append(str(answer.get("data")))
    for name, one in await every_id():
        answer = await api.ask(f'{{ node(id: "{one}") {everything_of_a_node(name)} }}')
        assert "errors" not in answer, answer
        heard.append(str(answer["data"]))
        if name == "CaseFile":
            heard.append(str((await api.ask(f'{{ caseSheets(caseFile: "{one}") {{ {SHEETS} }} }}')).get("data")))
    return "\n".join(heard)


async def heard_by(actor: Actor) -> str:
    await one_contact_each()
    await published()
    async with asking_as(actor, Budget(10**9)) as api:
        return await walk(api)


def test_the_walk_reaches_every_type_and_goes_deep() -> None:
    walked = documents()
    assert {t.name for t in types_of_node()} == set(TABLES)
    assert len(walked) == len(set(walked)) > 60
    assert any(d.count("serviceContacts") == 3 for d in walked)


@pytest.mark.parametrize("name", CARE)
async def test_a_social_worker_sees_their_own_people_and_never_the_other_hospitals(
    database: Database, name: str
) -> None:
    own, foreign = CARE[name]
    heard = await heard_by(getattr(cast, name))
    assert foreign not in heard
    assert heard.count(own) > 20
    assert ("林芳NORTH" in heard, "赵梦琪SOUTH" in heard) == (own == "NORTH", own == "SOUTH")
    assert "secret note" not in heard


@pytest.mark.parametrize("name", OUTSIDE)
async def test_whoever_is_not_in_care_sees_no_client_contact_identity_or_number(database: Database, name: str) -> None:
    heard = await heard_by(getattr(cast, name))
    assert ("NORTH" in heard, "SOUTH" in heard, "secret note" in heard) == (False, False, False)
    assert [one for one in NAMES if one in heard] == []
    assert "'attemptsNotDelivered'" not in heard
    # What is published they read, unless no organization of theirs takes part.
    assert ("'suppressedCells'" in heard) == (name != "petra")


async def test_the_foundation_sees_pseudonyms_of_all_and_the_identity_of_nobody(database: Database) -> None:
    heard = await heard_by(cast.ola)
    assert ("NORTH-0001" in heard, "SOUTH-0001" in heard) == (True, True)
    assert [one for one in NAMES if one in heard] == []


async def test_the_supervisor_of_both_hospitals_sees_the_people_of_both(database: Database) -> None:
    heard = await heard_by(cast.sun)
    assert ("林芳NORTH" in heard, "赵梦琪SOUTH" in heard) == (True, True)


async def test_numbers_are_those_of_the_viewers_own_rows(database: Database) -> None:
    await one_contact_each()
    ask = """query ($hospitals: [ID!]) { measures(program: "DIP", from: "2026-01-01", to: "2026-12-31",
      hospitals: $hospitals) { total { contacts persons } } }"""
    seen = {}
    for name in ("sam", "nia", "ola", "sun"):
        async with asking_as(getattr(cast, name)) as api:
            for place, row in (("north", NORTH), ("south", SOUTH)):
                table = await api.data(ask, hospitals=[global_id("Organization", row)])
                seen[name, place] = table["measures"]["total"]["contacts"]
    assert seen == {
        ("sam", "north"): 1, ("sam", "south"): 0, ("nia", "north"): 0, ("nia", "south"): 1,
        ("ola", "north"): 1, ("ola", "south"): 1, ("sun", "north"): 1, ("sun", "south"): 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "given",
    ["", "x", "Q2xpZW50", "Q2xpZW50Og==", "Q2xpZW50Om5vdC1hLXV1aWQ=", "客户", "A" * 5000, global_id("Client", fixed("nobody")),
     global_id("User", fixed("nobody")), global_id("client", LIN)],
)  # fmt: skip
async def test_a_broken_an_unknown_and_a_foreign_id_get_the_same_answer(database: Database, given: str) -> None:
    ask = "query ($id: ID!) { node(id: $id) { id } }"
    async with asking_as(cast.nia) as api:
        foreign = await api.ask(ask, id=global_id("Client", LIN))
        other = await api.ask(ask, id=given)
    foreign.pop("extensions")
    other.pop("extensions")
    assert other == foreign == {"data": {"node": None}}
