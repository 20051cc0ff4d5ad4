"""REF-1: whoever tries whatever in whatever order, the table decides; what it refuses leaves no row."""

import asyncio
import shutil
import uuid
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, func, select
from typing_extensions import override

from coord.access import Actor
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.referrals import MoveReferral, move_as_source, move_as_target
from coord.referrals.codes import ReferralEventKind, ReferralState, Side
from coord.referrals.inputs import SendFeedback
from coord.referrals.machine import OPEN, REASONS, move_of
from coord.referrals.responding import send_feedback
from coord.referrals.tables import Referral, ReferralEvent
from coord.work import begin, engine
from tests.coord.making import signed_in
from tests.coord.referrals.making import consent, key, post_at_center, referral, send
from tests.coord.referrals.rewinding import beside, real_of
from tests.databases import new_postgres
from tests.world import cast

E = ReferralEventKind
S = ReferralState
T = TypeVar("T")
SIDES = {"sam": Side.SOURCE, "sun": Side.SOURCE, "cai": Side.TARGET, "nia": None, "ola": None}
# What needs more than a key and a reason has tests of its own; here everything else is tried.
TRIED = [E.RECEIVE, E.ACCEPT, E.DECLINE, E.RETURN, E.ASSESS, E.START_SERVICE, E.REPORT_UNREACHABLE, E.FAIL, E.WITHDRAW,
         E.ACKNOWLEDGE, E.SEND, E.FORWARD, E.EXPIRE, E.SEND_FEEDBACK, E.RECORD_CONTACT]  # fmt: skip
MOST, ANSWERS = 4, {E.ACCEPT, E.DECLINE, E.RETURN}
# Two thousand steps on PostgreSQL are taken through every door, in test_every_door.py.
STEPS = {"sqlite": 200, "postgresql": 200}
BY_SOURCE, BY_TARGET = (
    {E.WITHDRAW, E.ACKNOWLEDGE, E.FAIL},
    {E.RECEIVE, E.ACCEPT, E.DECLINE, E.RETURN, E.ASSESS, E.START_SERVICE, E.FAIL},
)


def expected(state: S, event: E, side: Side | None, door: Side) -> S | None:
    """Where the table leads, None where it refuses; an answer to what was only sent receives it first."""
    if event not in (BY_SOURCE if door is Side.SOURCE else BY_TARGET):
        return None
    if door is Side.TARGET and state is S.SENT and event in ANSWERS:
        state = S.RECEIVED
    found = move_of(state, event)
    return found.end if found and found.side is side else None


class Loop(RuleBasedStateMachine):
    """Referrals under random hands."""

    beside: ClassVar[Connection]
    loop: ClassVar[asyncio.AbstractEventLoop]
    people: ClassVar[dict[str, Actor]]
    steps: ClassVar[int] = 0
    known: dict[uuid.UUID, S]
    events: int

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin_anew(self) -> None:
        self.known = {}
        self.events = 0
        self.send()

    @precondition(lambda self: len(self.known) < MOST)
    @rule()
    def send(self) -> None:
        """A new referral, unless one is open: then it is refused."""
        Loop.steps += 1
        is_open = any(state in OPEN for state in self.known.values())
        try:
            made = self.run(send(referral()))
        except Conflict:
            assert is_open
        else:
            assert not is_open
            self.known[made] = S.SENT
            self.events += 1

    @rule(
        data=st.data(),
        name=st.sampled_from(sorted(SIDES)),
        event=st.sampled_from(TRIED),
        door=st.sampled_from([Side.SOURCE, Side.TARGET]),
    )
    def try_a_move(self, data: st.DataObject, name: str, event: E, door: Side) -> None:
        """Anybody, any event, through the door of either side."""
        Loop.steps += 1
        made = data.draw(st.sampled_from(sorted(self.known)))
        end = expected(self.known[made], event, SIDES[name], door)
        try:
            self.run(self._move(self.people[name], made, event, door))
        except (Conflict, Invalid, NotAllowed, NotFound):
            assert end is None, (self.known[made], event, name)
        else:
            assert end is not None, (self.known[made], event, name)
            self.events += 1 + (self.known[made] is S.SENT and event in ANSWERS)
            self.known[made] = end

    @invariant()
    def the_database_agrees(self) -> None:
        """Every state, and one event for each move: what was refused left nothing."""
        if getattr(self, "known", None):
            assert self._stored() == (self.known, self.events)

    def _stored(self) -> tuple[dict[uuid.UUID, S], int]:
        """As a connection of its own reads it, past every wall: asked after each step, it must cost little."""
        referrals, moves = real_of(Referral, self.beside), real_of(ReferralEvent, self.beside)
        moved = select(func.count()).where(moves.c.referral_id == referrals.c.id).scalar_subquery().label("moved")
        with self.beside.begin():
            asked = select(referrals.c.id, referrals.c.state, moved).where(referrals.c.id.in_(list(self.known)))
            rows = self.beside.execute(asked).all()
        return {row.id: row.state for row in rows}, sum(row.moved for row in rows)

    async def _move(self, actor: Actor, made: uuid.UUID, event: E, door: Side) -> None:
        reason = next(iter(REASONS.get(event, ())), None)
        given = MoveReferral.parse(
            {
                "idempotency_key": key(),
                "referral": str(made),
                "event": event,
                "reason_code": reason,
                "seen_state": self.known[made],
            }
        )
        async with begin(actor) as unit:
            await (move_as_source if door is Side.SOURCE else move_as_target)(unit, given)

    @override
    def teardown(self) -> None:
        """Nothing stays open for the next run."""
        for made, state in getattr(self, "known", {}).items():
            if move_of(state, E.WITHDRAW) is not None:
                self.run(self._move(cast.sam, made, E.WITHDRAW, Side.SOURCE))
            elif state in OPEN:
                self.run(self._end(made))

    async def _end(self, made: uuid.UUID) -> None:
        actor = self.people["cai"]
        given = {"idempotency_key": key(), "referral": str(made), "outcome": "OTHER", "note": "x"}
        async with begin(actor) as unit:
            await send_feedback(unit, SendFeedback.parse(given))


@pytest.fixture(params=["sqlite", "postgresql"])
def loop_of_its_own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """The cast's world, really committed to, and an event loop for the machine's steps."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "world.sqlite")
        yield from _prepared(f"sqlite:///{tmp_path / 'world.sqlite'}", STEPS["sqlite"])
        return
    with new_postgres(request.getfixturevalue("postgres_template")) as url:
        yield from _prepared(url, STEPS["postgresql"])


def _prepared(url: str, runs: int) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    store = engine.Database(url)
    engine.use(store)
    Loop.loop = loop
    loop.run_until_complete(post_at_center())
    loop.run_until_complete(consent())
    Loop.people = {name: loop.run_until_complete(signed_in(name)) for name in SIDES}
    with beside(url) as Loop.beside:
        yield runs
    engine.use(None)
    loop.run_until_complete(store.dispose())
    loop.close()


@pytest.mark.timeout(900)
def test_random_hands_move_a_referral_only_as_the_table_says(loop_of_its_own: int) -> None:
    walk(Loop, loop_of_its_own)
    assert Loop.steps >= loop_of_its_own


def walk(machine: type[Loop], steps: int) -> None:
    """Take at least so many steps: a few examples at a time, as each of them takes up to fifty."""
    Loop.steps = 0
    kept = settings(
        max_examples=2, stateful_step_count=50, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    while Loop.steps < steps:
        run_state_machine_as_test(machine, settings=kept)
