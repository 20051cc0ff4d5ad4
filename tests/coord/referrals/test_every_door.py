"""REF-1 through every door: pages, the API, signed links and jobs obey the same table, and refusals leave no row."""

import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, ClassVar

import httpx2
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from coord.kernel.clock import now
from coord.kernel.errors import Refusal
from coord.referrals.codes import ReferralEventKind, ReferralState, Side
from coord.referrals.machine import REASONS
from coord.referrals.reviewing import expire
from coord.referrals.ticking import TIME
from coord.work import begin
from schema.budget import Budget
from schema.ids import global_id
from tests.coord.referrals.links import answer, answering_by_link, link
from tests.coord.referrals.making import key
from tests.coord.referrals.test_state_machine import ANSWERS, SIDES, Loop, expected, loop_of_its_own, walk
from tests.schema.api import Api, asking_as
from tests.web.visit import visiting

E = ReferralEventKind
S = ReferralState
STEPS = {"sqlite": 150, "postgresql": 2000}
_BY_SOURCE = {E.WITHDRAW, E.ACKNOWLEDGE}
_MUTATIONS = {
    E.RECEIVE: "receiveReferral", E.ACCEPT: "acceptReferral", E.DECLINE: "declineReferral", E.RETURN: "returnReferral",
    E.REPORT_UNREACHABLE: "reportReferralUnreachable", E.ASSESS: "assessReferral", E.START_SERVICE: "startReferralService",
    E.ACKNOWLEDGE: "acknowledgeReferralFeedback", E.WITHDRAW: "withdrawReferral", E.FAIL: "failReferral",
}  # fmt: skip
_LONG = timedelta(days=31)
_ = loop_of_its_own


def _reason(event: E) -> str | None:
    found = next(iter(REASONS.get(event, ())), None)
    return None if found is None else found.value


class Doors(Loop):
    """Referrals under random hands at random doors."""

    doors: ClassVar[dict[str, tuple[httpx2.AsyncClient, Api]]]
    links: dict[uuid.UUID, str]
    used: set[uuid.UUID]

    def _drawn(self, data: st.DataObject) -> uuid.UUID:
        Loop.steps += 1
        return data.draw(st.sampled_from(sorted(self.known)))

    def _agrees(self, made: uuid.UUID, event: E, end: S | None, moved: bool) -> None:
        assert moved is (end is not None), (self.known[made], event)
        if end is not None:
            self.events += 1 + (self.known[made] is S.SENT and event in ANSWERS)
            self.known[made] = end

    @rule(data=st.data(), name=st.sampled_from(sorted(SIDES)), event=st.sampled_from(sorted(_MUTATIONS)),
          is_page=st.booleans())  # fmt: skip
    def by_page_or_document(self, data: st.DataObject, name: str, event: E, is_page: bool) -> None:
        """Anybody, any event that a page or a mutation offers."""
        made = self._drawn(data)
        door = Side.SOURCE if event in _BY_SOURCE else Side.TARGET
        end = expected(self.known[made], event, SIDES[name], door)
        moved = self.run(self._page(name, made, event) if is_page else self._document(name, made, event))
        self._agrees(made, event, end, moved)

    async def _page(self, name: str, made: uuid.UUID, event: E) -> bool:
        form = {"idempotency_key": key(), "reason_code": _reason(event) or "", "seen_state": self.known[made]}
        answered = await self.doors[name][0].post(f"/referrals/{made}/move/{event.lower()}", data=form)
        assert answered.status_code in {303, 403, 404, 409, 422}, answered.text
        return answered.status_code == 303

    async def _document(self, name: str, made: uuid.UUID, event: E) -> bool:
        field = _MUTATIONS[event]
        document = f"mutation($input: RespondReferralInput!) {{ {field}(input: $input) {{ __typename }} }}"
        given = {
            "idempotencyKey": key(), "referral": global_id("Referral", made), "reasonCode": _reason(event),
            "seenState": self.known[made].value,
        }  # fmt: skip
        answered = await self.doors[name][1].ask(document, input=given)
        found: Any = (answered.get("data") or {}).get(field) or {}
        return bool(found.get("__typename") == "ReferralMoved")

    @rule(data=st.data(), event=st.sampled_from(sorted(ANSWERS)))
    def by_link(self, data: st.DataObject, event: E) -> None:
        """Whoever holds the link of one referral answers it, once."""
        made = self._drawn(data)
        used = self.__dict__.setdefault("used", set())
        end = None if made in used else expected(self.known[made], event, Side.TARGET, Side.TARGET)
        moved = self.run(self._link(made, event))
        self._agrees(made, event, end, moved)
        if moved:
            used.add(made)

    async def _link(self, made: uuid.UUID, event: E) -> bool:
        links = self.__dict__.setdefault("links", {})
        try:
            if made not in links:
                links[made] = (await link(made)).token
            await answer(links[made], event.value, reason_code=_reason(event))
        except Refusal:
            return False
        return True

    @rule(is_late=st.sampled_from([False, False, False, True]))
    def by_time(self, is_late: bool) -> None:
        """The job that lets silence expire moves what waits for an answer, once it has waited long enough."""
        Loop.steps += 1
        silent = [made for made, state in self.known.items() if state in {S.SENT, S.RECEIVED}] if is_late else []
        assert self.run(self._expire(is_late)) == len(silent)
        for made in silent:
            self.known[made] = S.EXPIRED
            self.events += 1

    async def _expire(self, is_late: bool) -> int:
        async with begin(TIME) as unit:
            return await expire(unit, now() + (_LONG if is_late else timedelta()))


async def _opened(stack: AsyncExitStack) -> dict[str, tuple[httpx2.AsyncClient, Api]]:
    """Pages and documents of everybody, kept open as long as the stack."""
    return {
        name: (
            await stack.enter_async_context(visiting(name)),
            await stack.enter_async_context(asking_as(person, Budget(10**9))),
        )
        for name, person in Doors.people.items()
    }


@pytest.fixture
def doors(loop_of_its_own: int, request: pytest.FixtureRequest) -> Iterator[int]:
    """Pages and documents of everybody, open for the whole test; how many steps it takes."""
    run, stack = Loop.loop.run_until_complete, AsyncExitStack()
    run(answering_by_link())
    Doors.doors = run(_opened(stack))
    yield STEPS[request.node.callspec.params["loop_of_its_own"]]
    run(stack.aclose())


@pytest.mark.timeout(900)
def test_every_door_moves_a_referral_only_as_the_table_says(doors: int) -> None:
    walk(Doors, doors)
    assert Loop.steps >= doors
