"""Rights of the person in the demo: a restricted file, a copy held back, an erasure that waits, a drill of a breach.

Each step is the real action of the real person, as in ``case_work``.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlmodel import col, delete

from coord.access import Actor, system
from coord.cases.codes import OVER
from coord.cases.tables import CaseFile
from coord.clients.codes import ErasureBasis
from coord.clients.tables import Client
from coord.demo import places
from coord.demo.groundwork import fixed
from coord.demo.referrals import person
from coord.identity.tables import WebSession
from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.outcomes.tables import SafetyAlert
from coord.referrals.tables import Referral
from coord.rights import HoldExport, ask_for_hold
from coord.rights.breach import RecordBreach, record_breach
from coord.rights.erasure import AskErasure, ask_erasure
from coord.rights.inputs import RestrictClient
from coord.rights.restricting import restrict_client
from coord.work import begin

RIGHTS = system("demo rights", "chooses whose rights the demo's people look after", "job.run")


async def lay_rights() -> None:
    """One of each, about people of North with whom nothing else is going on."""
    sam, adam = await person("sam"), await person("adam")
    chosen = await _people()
    for client in chosen[:1]:
        async with begin(sam) as unit:
            await restrict_client(
                unit, RestrictClient(client=client, reason="本人与医院就记录内容有争议，要求暂停使用")
            )
    for client in chosen[1:2]:
        async with begin(sam) as unit:
            await ask_for_hold(unit, HoldExport(client=client, reason="近期病情不稳定，先由主治医生当面说明", days=14))
    for client in chosen[2:]:
        await _erasure(sam, client)
    began = now() - timedelta(hours=30)
    async with begin(adam) as unit:
        await record_breach(unit, RecordBreach(
            hospital=fixed(places.NORTH), began_at=began, ended_at=began + timedelta(hours=2),
            discovered_at=began + timedelta(hours=5), what="演练：一台未加密的旧平板电脑遗失，当天已远程注销登录",
        ))  # fmt: skip


async def _people() -> Sequence[UUID]:
    north = fixed(places.NORTH)
    busy = select(CaseFile.client_id).where(col(CaseFile.status).not_in(OVER))
    referred, alarming = select(Referral.client_id), select(SafetyAlert.client_id)
    statement = select(Client.id).where(
        col(Client.hospital_id) == north,
        col(Client.id).not_in(busy),
        col(Client.id).not_in(referred),
        col(Client.id).not_in(alarming),
    )
    async with begin(RIGHTS, read_only=True) as unit:
        found: Sequence[UUID] = await unit.scalars(statement.order_by(col(Client.id)).limit(3))
        return found


async def _erasure(actor: Actor, client: UUID) -> None:
    """Asked for in a browser in which the person has just signed in, which is gone afterwards."""
    browser_id, ends = uuid4(), now() + timedelta(minutes=1)
    async with begin(RIGHTS) as unit:
        unit.add(WebSession(id=browser_id, user_id=fixed("user/sam"), token_hash=uuid4().hex, expires_at=ends))
    async with begin(actor) as unit:
        await ask_erasure(unit, browser_id, AskErasure(client=client, basis=ErasureBasis.ASKED_BY_PERSON))
    async with begin(RIGHTS) as unit:
        await unit.session.run(delete(WebSession).where(col(WebSession.id) == browser_id))
