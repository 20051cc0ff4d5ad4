"""What a client may be shown of the trail: every reading of their identity, n of n."""

import pytest

from coord.audit.tables import AuditEntry
from coord.clients import cards, find_clients
from coord.clients.access_log import access_log
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
