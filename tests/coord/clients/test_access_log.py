"""What a client may be shown of the trail: every reading of their identity, n of n."""

import pytest

from coord.audit.tables import AuditEntry
from coord.cases.exporting import export_case
from coord.cases.tables import CaseFile
from coord.clients import cards, find_clients
from coord.clients.access_log import access_log
from coord.clients.consents import consents_of_client
from coord.clients.consents.codes import DataCategory
from coord.clients.looking import LookPurpose
from coord.kernel.errors import NotAllowed, NotFound
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import CHEN, LIN, SOUTH_ZHAO, cast, fixed


async def test_every_reading_is_counted_and_the_asking_as_well(database: Database) -> None:
    for actor, times in ((cast.sam, 3), (cast.sun, 2)):
        for _ in range(times):
            async with begin(actor) as unit:
                await cards(unit, [LIN, CHEN])
    async with begin(cast.sam) as unit:
        await find_clients(unit, "林芳")
    told = {(look.who, look.verb): look.times for look in await access_log(cast.sam, LIN)}
    assert told == {
        ("Sam", "client.read_identity"): 4, ("Sun", "client.read_identity"): 2, ("Sam", "client.access_log"): 1,
    }  # fmt: skip
    assert sum(told.values()) == len(await stored(AuditEntry, AuditEntry.subject_id == LIN))


@pytest.mark.parametrize("client", [SOUTH_ZHAO, fixed("nobody")])
async def test_somebody_elses_client_is_as_unknown_as_nobody(database: Database, client: object) -> None:
    with pytest.raises(NotFound):
        await access_log(cast.sam, client)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["ola", "fatima", "cai", "petra", "adam"])
async def test_only_the_care_team_shows_it(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await access_log(getattr(cast, name), LIN)
    assert await stored(AuditEntry, AuditEntry.subject_id == LIN) == []


async def test_the_client_reads_from_where_somebody_looked_and_what_for(database: Database) -> None:
    async with begin(cast.sam) as unit:
        await cards(unit, [LIN])
        await consents_of_client(unit, LIN)
    async with begin(cast.sun) as unit:
        await cards(unit, [LIN])
    told = {
        (look.organization, look.verb): (look.purpose, list(look.categories))
        for look in await access_log(cast.sam, LIN)
    }
    assert told == {
        ("北岸医院 North", "client.read_identity"): (LookPurpose.CARE, [DataCategory.BASIC_FILE]),
        ("北岸医院 North", "consent.list"): (LookPurpose.CARE, [DataCategory.DOCUMENTS]),
        ("同心社工 Agency", "client.read_identity"): (LookPurpose.CARE, [DataCategory.BASIC_FILE]),
        ("北岸医院 North", "client.access_log"): (LookPurpose.PERSON, []),
    }


async def test_a_case_that_leaves_as_a_file_is_in_the_log_of_its_client(database: Database) -> None:
    case = (await stored(CaseFile, CaseFile.client_id == LIN))[0].id
    async with begin(cast.sam) as unit:
        await export_case(unit, case)
    told = {look.verb: look.times for look in await access_log(cast.sam, LIN)}
    assert told == {"case.export": 1, "case.read": 1, "client.read_identity": 1, "client.access_log": 1}
    assert sum(told.values()) == len(await stored(AuditEntry, AuditEntry.subject_id == LIN))
