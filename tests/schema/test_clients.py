"""People through the API: registered with their record, discharged, imported; groups and the sheets of a case."""

import base64
import uuid
from typing import Any

import pytest

from coord.cases.codes import CaseEvent, CaseStatus
from coord.work.engine import Database
from schema.ids import global_id, parse_id
from tests.coord.cases.making import SOON, TODAY, act, case_in
from tests.coord.cases.test_attachments import NAME, attach
from tests.coord.contacts.test_attachments import attach as attach_to_record
from tests.coord.importing.test_people import ZENG, people
from tests.coord.making import contact, log
from tests.coord.outcomes.recording import record, scale
from tests.queries import counting
from tests.schema.api import asking_as
from tests.world import CHEN, HUANG, LIN, NORTH, NORTH_GROUP, PROGRAM, cast
from workers.jobs.imports import import_file
from workers.jobs.rights import undo_import

pytestmark = pytest.mark.anyio
SAID = {"gender": "FEMALE", "birthDate": "1988-05-06", "district": "海淀区", "source": "OTHER"}
PROBLEMS = "... on Rejected { problems { field code } }"
RECORD = "record { birthDate idType idNumberEnd diagnosis source guardian }"
REGISTER = f"""mutation ($input: RegisterClientInput!) {{ registerClient(input: $input) {{
  ... on ClientRegistered {{ client {{ id code birthYear {RECORD} }} }} {PROBLEMS} }} }}"""
DISCHARGE = f"""mutation ($input: RecordDischargeInput!) {{ recordDischarge(input: $input) {{
  ... on DischargeChanged {{ discharge {{ id dischargedAt readmittedOn }} }} {PROBLEMS} }} }}"""
READMIT = f"""mutation ($input: RecordReadmissionInput!) {{ recordReadmission(input: $input) {{
  ... on DischargeChanged {{ discharge {{ readmittedOn }} }} {PROBLEMS} }} }}"""
IMPORT = f"""mutation ($input: ImportClientsInput!) {{ importClients(input: $input) {{
  ... on ClientImportStarted {{ clientImport {{ id state dryRun }} }} {PROBLEMS} }} }}"""
IMPORTED = "query ($id: ID!) { clientImport(id: $id) { state rowsDone removed kept rows { row fate code problems { field code } } } }"
GROUPS = (
    "{ serviceGroups { totalCount edges { node { id name sessionsHeld plan { number } members hospital { code } } } } }"
)
SHEETS = """query ($id: ID!) { caseSheets(caseFile: $id) { intake { source presentingIssue } assessment { needs }
  plan { status reviewOn } goals { id statement dueOn attainment } closing { summary closure } followUps { id status }
  steps { event by } attachments { kind name } can } }"""


async def said(document: str, field: str, who: Any = cast.sam, **variables: Any) -> Any:
    async with asking_as(who) as api:
        return (await api.data(document, **variables))[field]


async def test_a_person_is_registered_with_the_whole_record(database: Database) -> None:
    given = {"idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "name": "曾小雨", "birthDate": "1949-12-31",
             "gender": "FEMALE", "district": "海淀区",
             "idType": "ID_CARD", "idNumber": "11010519491231002X", "diagnosis": "F32.1", "source": "COMMUNITY"}  # fmt: skip
    made = (await said(REGISTER, "registerClient", input=given))["client"]
    assert (made["birthYear"], made["record"]) == (1949, {
        "birthDate": "1949-12-31", "idType": "ID_CARD", "idNumberEnd": "002X", "diagnosis": "F32.1", "source": "COMMUNITY",
        "guardian": None,
    })  # fmt: skip
    wrong = await said(
        REGISTER, "registerClient", input={**given, "idempotencyKey": str(uuid.uuid4()), "idNumber": "1"}
    )
    assert wrong == {"problems": [{"field": "idNumber", "code": "BAD_ID_NUMBER"}]}
    seen = await said(f"query ($id: ID!) {{ node(id: $id) {{ ... on Client {{ code {RECORD} }} }} }}", "node", cast.ola,
                      id=made["id"])  # fmt: skip
    assert (seen["code"], seen["record"]) == (made["code"], None)


async def test_what_every_file_must_say_is_demanded_field_by_field(database: Database) -> None:
    given = {"idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "name": "曾小雨", **SAID}
    for field in SAID:
        asked = {name: value for name, value in given.items() if name != field}
        assert await said(REGISTER, "registerClient", input=asked) == {
            "problems": [{"field": field, "code": "REQUIRED"}]
        }
    asked = {name: value for name, value in given.items() if name not in SAID}
    told = (await said(REGISTER, "registerClient", input=asked))["problems"]
    assert {(one["field"], one["code"]) for one in told} == {(field, "REQUIRED") for field in SAID}


async def test_files_that_lack_something_are_found_and_say_what_to_the_care_team_alone(database: Database) -> None:
    listed = "{ clients(first: 50, incomplete: true) { totalCount edges { node { id lacks } } } }"
    given = {"idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "name": "曾小雨", **SAID}
    made = (await said(REGISTER, "registerClient", input=given))["client"]["id"]
    found = await said(listed, "clients")
    lacks = {edge["node"]["id"]: edge["node"]["lacks"] for edge in found["edges"]}
    assert (found["totalCount"], made in lacks) == (13, False)
    assert lacks[global_id("Client", LIN)] == ["GENDER", "BIRTH_DATE", "SOURCE"]
    one = "query ($id: ID!) { node(id: $id) { ... on Client { lacks } } }"
    assert await said(one, "node", id=made) == {"lacks": []}
    assert await said(one, "node", cast.ola, id=made) == {"lacks": None}
    async with asking_as(cast.ola) as api:
        assert (await api.ask(listed))["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"


async def test_records_and_discharges_of_a_page_take_the_same_statements_for_more_people(database: Database) -> None:
    query = "{ clients(first: 50) { edges { node { record { source } lacks discharges { edges { node { dischargedAt } } } } } } }"
    numbers = []
    async with asking_as(cast.sam) as api:
        for count in (1, 6):
            for n in range(count):
                given = {"idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "name": f"某人{n}", **SAID}
                await api.data(REGISTER, input=given)
            with counting() as sent:
                await api.data(query)
            numbers.append(len([one for one in sent if not one.startswith("INSERT") and "audit_append" not in one]))
    assert numbers[0] == numbers[1]


async def test_a_discharge_a_readmission_and_both_taken_back(database: Database) -> None:
    asked = {"client": global_id("Client", LIN), "dischargedAt": "2026-10-03T11:00:00+08:00"}
    made = (await said(DISCHARGE, "recordDischarge", input=asked))["discharge"]
    assert made["dischargedAt"] == "2026-10-03T03:00:00+00:00"
    again = await said(DISCHARGE, "recordDischarge", input=asked)
    assert again == {"problems": [{"field": "dischargedAt", "code": "DISCHARGED_ALREADY"}]}
    back = {"discharge": made["id"], "readmittedOn": "2026-10-15"}
    assert (await said(READMIT, "recordReadmission", input=back))["discharge"] == {"readmittedOn": "2026-10-15"}
    stays = f"mutation ($d: ID!) {{ withdrawReadmission(discharge: $d) {{ ... on DischargeChanged {{ discharge {{ readmittedOn }} }} {PROBLEMS} }} }}"
    assert (await said(stays, "withdrawReadmission", d=made["id"]))["discharge"] == {"readmittedOn": None}
    gone = f"mutation ($d: ID!) {{ withdrawDischarge(discharge: $d) {{ ... on DischargeWithdrawn {{ dischargeId }} {PROBLEMS} }} }}"
    assert await said(gone, "withdrawDischarge", d=made["id"]) == {"dischargeId": made["id"]}
    async with asking_as(cast.nia) as api:
        assert (await api.ask(DISCHARGE, input=asked))["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_list_is_imported_told_row_by_row_and_taken_back(database: Database) -> None:
    content = base64.b64encode(people(ZENG, "2,N-2,,,,,,,,,,,,")).decode()
    asked = {"program": PROGRAM, "hospital": global_id("Organization", NORTH), "fileName": "a.csv", "content": content}
    started = (await said(IMPORT, "importClients", input=asked))["clientImport"]
    parsed = parse_id(started["id"])
    assert parsed is not None
    await import_file(str(parsed[1]))
    told = await said(IMPORTED, "clientImport", id=started["id"])
    assert told["rows"] == [
        {"row": 1, "fate": "ADDED", "code": "N-1", "problems": []},
        {"row": 2, "fate": "REFUSED", "code": None, "problems": [{"field": "name", "code": "MISSING_NAME"}]},
    ]
    assert await said(IMPORTED, "clientImport", cast.nia, id=started["id"]) is None
    undo = f"mutation ($i: ID!) {{ undoClientImport(clientImport: $i) {{ ... on ClientImportStarted {{ clientImport {{ undoneAt }} }} {PROBLEMS} }} }}"
    assert (await said(undo, "undoClientImport", i=started["id"]))["clientImport"]["undoneAt"] is not None
    await undo_import(str(parsed[1]))
    told = await said(IMPORTED, "clientImport", id=started["id"])
    assert (told["removed"], told["kept"]) == (1, 0)
    for content, code in (("***", "NOT_VALID"), (base64.b64encode(b"x").decode(), "FILE_HAS_NO_HEADER")):
        refused = await said(IMPORT, "importClients", input={**asked, "content": content})
        assert [problem["code"] for problem in refused["problems"]] == [code]


async def test_a_list_of_two_thousand_people_comes_in_one_request(database: Database) -> None:
    """With the row that cannot be taken, told by its number; the page and the command take the same."""
    rows = [f"{n},N-{n},王{n},女,1960-01-01,,海淀区,,,,,职工医保,普通,F32.1" for n in range(1, 2000)]
    content = base64.b64encode(people(*rows, "2000,N-2000,,女,,,,,,,,,,")).decode()
    asked = {"program": PROGRAM, "hospital": global_id("Organization", NORTH), "fileName": "a.csv", "content": content,
             "dryRun": True}  # fmt: skip
    assert len(content) > 100_000
    started = (await said(IMPORT, "importClients", input=asked))["clientImport"]
    parsed = parse_id(started["id"])
    assert parsed is not None
    await import_file(str(parsed[1]))
    first = await said(IMPORTED.replace("rows {", "rows(first: 400) {"), "clientImport", id=started["id"])
    assert {one["fate"] for one in first["rows"]} == {"ADDED"}
    last = IMPORTED.replace("rows {", "rows(skip: 1999) {").replace("rowsDone", "rowsDone rowsTotal")
    told = await said(last, "clientImport", id=started["id"])
    assert (told["rowsDone"], told["rowsTotal"]) == (2000, 2000)
    assert told["rows"] == [
        {"row": 2000, "fate": "REFUSED", "code": None, "problems": [{"field": "name", "code": "MISSING_NAME"}]}
    ]


async def test_a_scale_is_withdrawn_and_restored(database: Database) -> None:
    taken = global_id("ScaleResult", (await record(scale())).score_id)
    wrong = f"mutation ($input: WithdrawScaleInput!) {{ withdrawScale(input: $input) {{ ... on ScaleChanged {{ scaleResult {{ status score }} }} {PROBLEMS} }} }}"
    again = f"mutation ($r: ID!) {{ restoreScale(scaleResult: $r) {{ ... on ScaleChanged {{ scaleResult {{ status withdrawnAt }} }} {PROBLEMS} }} }}"
    gone = await said(wrong, "withdrawScale", input={"scaleResult": taken, "reason": "录错"})
    assert gone["scaleResult"] == {"status": "WITHDRAWN", "score": 8}
    back = await said(again, "restoreScale", r=taken)
    assert back["scaleResult"] == {"status": "COMPLETE", "withdrawnAt": None}


async def test_a_group_is_started_planned_read_and_closed(database: Database) -> None:
    create = f"mutation ($input: CreateServiceGroupInput!) {{ createServiceGroup(input: $input) {{ ... on ServiceGroupChanged {{ serviceGroup {{ id key name plan {{ number plannedOn }} members }} }} {PROBLEMS} }} }}"
    named = [global_id("Client", one) for one in (CHEN, HUANG)]
    given = {"idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "name": "睡眠小组", "plannedSessions": 2,
             "firstSessionOn": str(TODAY), "members": named}  # fmt: skip
    made = (await said(create, "createServiceGroup", input=given))["serviceGroup"]
    assert ([one["number"] for one in made["plan"]], set(made["members"])) == ([1, 2], set(named))
    await log(contact(client=None, service_code="GROUP_SESSION", group=made["key"], attendees=[str(CHEN)],
                      absentees=[str(HUANG)], occurred_on=str(TODAY)))  # fmt: skip
    write = f"mutation ($input: WriteSessionPlanInput!) {{ writeSessionPlan(input: $input) {{ ... on ServiceGroupChanged {{ serviceGroup {{ plan {{ number plan }} }} }} {PROBLEMS} }} }}"
    words = {"group": made["id"], "number": 2, "plan": "呼吸练习"}
    assert (await said(write, "writeSessionPlan", input=words))["serviceGroup"]["plan"] == [
        {"number": 1, "plan": None},
        {"number": 2, "plan": "呼吸练习"},
    ]
    node = "query ($id: ID!) { node(id: $id) { ... on ServiceGroup { sessionsHeld lastSessionOn } } }"
    assert await said(node, "node", id=made["id"]) == {"sessionsHeld": 1, "lastSessionOn": str(TODAY)}
    close = f"mutation ($input: CloseServiceGroupInput!) {{ closeServiceGroup(input: $input) {{ ... on ServiceGroupChanged {{ serviceGroup {{ closedOn summary }} }} {PROBLEMS} }} }}"
    end = {"group": made["id"], "closedOn": str(TODAY), "summary": "完成"}
    assert (await said(close, "closeServiceGroup", input=end))["serviceGroup"] == {
        "closedOn": str(TODAY),
        "summary": "完成",
    }
    again = await said(close, "closeServiceGroup", input=end)
    assert again == {"problems": [{"field": "group", "code": "GROUP_CLOSED"}]}
    closed = "{ serviceGroups(filter: {isClosed: true}) { edges { node { name } } } }"
    assert [edge["node"]["name"] for edge in (await said(closed, "serviceGroups"))["edges"]] == ["睡眠小组"]


async def test_groups_are_seen_with_their_members_by_the_care_team_alone(database: Database) -> None:
    own = {edge["node"]["id"]: edge["node"] for edge in (await said(GROUPS, "serviceGroups"))["edges"]}
    north = own[global_id("ServiceGroup", NORTH_GROUP)]
    assert (north["hospital"], len(north["members"]) > 0) == ({"code": "H001"}, True)
    with_codes = {edge["node"]["hospital"]["code"] for edge in (await said(GROUPS, "serviceGroups", cast.nia))["edges"]}
    assert "H001" not in with_codes
    async with asking_as(cast.fatima) as api:
        assert (await api.ask(GROUPS))["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"


async def test_what_was_written_in_a_case_is_read_by_the_care_team_alone(database: Database) -> None:
    made = await case_in(CaseStatus.INTERVENING)
    await attach(made)
    for event in (
        CaseEvent.RATE_GOALS,
        CaseEvent.SUBMIT_CLOSING,
        CaseEvent.APPROVE_CLOSING,
        CaseEvent.RECORD_FOLLOW_UP,
    ):
        await act(event, made)
    case = global_id("CaseFile", made)
    sheets = await said(SHEETS, "caseSheets", id=case)
    assert sheets["attachments"] == [{"kind": "ECOMAP", "name": NAME}]
    assert sheets["intake"] == {"source": "COMMUNITY", "presentingIssue": "失眠NORTH三个月"}
    assert (sheets["assessment"], sheets["plan"]) == ({"needs": "睡眠"}, {"status": "APPROVED", "reviewOn": str(SOON)})
    (goal,) = sheets["goals"]
    assert (goal["statement"], goal["dueOn"], goal["attainment"]) == ("每周外出三次", str(SOON), 80)
    assert sheets["closing"] == {"summary": "按计划完成", "closure": "ENDED_BY_CLIENT"}
    assert ([one["status"] for one in sheets["followUps"]], sheets["steps"][0]["by"]) == (
        ["REACHED", "DUE", "DUE"],
        "Sam",
    )
    assert await said(SHEETS, "caseSheets", cast.nia, id=case) is None
    async with asking_as(cast.ola) as api:
        assert (await api.ask(SHEETS, id=case))["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"


FILES = "{ serviceContacts { edges { node { attachments { kind fileKind size name attachedBy } } } } }"


async def test_files_at_records_are_listed_for_the_care_team_alone_in_one_statement(database: Database) -> None:
    records = [(await log(contact())).contact_id for _ in range(3)]
    await attach_to_record(records[0])
    with counting() as one:
        (first, *others) = [edge["node"]["attachments"] for edge in (await said(FILES, "serviceContacts"))["edges"]][
            ::-1
        ]
    (file,) = first
    assert (file["kind"], file["fileKind"], file["attachedBy"], others) == ("SIGN_IN_SHEET", "PDF", "Sam", [[], []])
    for one_more in records:
        await attach_to_record(one_more)
    with counting() as many:
        await said(FILES, "serviceContacts")
    assert len(one) == len(many)
    seen = (await said(FILES, "serviceContacts", cast.ola))["edges"]
    assert [edge["node"]["attachments"] for edge in seen] == [[], [], []]
