"""Which move brings a referral from where it stands to where a partner says that it stands. Pure."""

from collections.abc import Mapping

from coord.exchange.codes import TASK_OF
from coord.exchange.facts import Exchanged
from coord.kernel.errors import Invalid, Problem
from coord.referrals.codes import ReferralEventKind, ReferralState
from coord.referrals.machine import move_of

S, E = ReferralState, ReferralEventKind
TASK = "Task"
_BY_STATE: Mapping[ReferralState, ReferralEventKind] = {
    S.SENT: E.SEND,
    S.RECEIVED: E.RECEIVE,
    S.ACCEPTED: E.ACCEPT,
    S.DECLINED: E.DECLINE,
    S.RETURNED: E.RETURN,
    S.FIRST_CONTACT_DONE: E.RECORD_CONTACT,
    S.UNREACHABLE: E.REPORT_UNREACHABLE,
    S.ASSESSED: E.ASSESS,
    S.IN_SERVICE: E.START_SERVICE,
    S.FEEDBACK_SENT: E.SEND_FEEDBACK,
    S.CLOSED: E.ACKNOWLEDGE,
    S.WITHDRAWN: E.WITHDRAW,
    S.FAILED: E.FAIL,
}
"""Forwarding needs to know where to, and time alone lets a referral expire: neither comes through an exchange."""
_ANSWERS = frozenset({E.ACCEPT, E.DECLINE, E.RETURN})


def _is_said_already(now: ReferralState, meant: ReferralState) -> bool:
    """Whether a status alone says nothing new. A Task that its performer completed waits to be acknowledged."""
    if meant is S.FEEDBACK_SENT:
        return now is S.CLOSED
    return TASK_OF[meant] is TASK_OF[now]


def step_to(now: ReferralState, said: Exchanged) -> ReferralEventKind | None:
    """The event that makes what is said true; None where it is true already.

    Raises ``Invalid`` where one move does not lead there.
    """
    if said.state is now or (not said.is_exact and _is_said_already(now, said.state)):
        return None
    event = _BY_STATE.get(said.state)
    if event is None:
        raise Invalid(Problem(f"{TASK}.businessStatus", "FHIR_NOT_BY_EXCHANGE", {"state": said.state.value}))
    # An answer to a referral that was only sent has received it as well.
    start = S.RECEIVED if now is S.SENT and event in _ANSWERS else now
    if move_of(start, event) is None:
        raise Invalid(Problem(f"{TASK}.status", "FHIR_NO_SUCH_STEP", {"state": now.value}))
    return event
