"""The end of a case: the closing report, and how the person fares afterwards."""

from uuid import UUID

from coord import audit
from coord.cases.codes import CaseEvent, FollowUpStatus
from coord.cases.inputs import RecordFollowUp, SubmitClosing
from coord.cases.moving import begin_move, check_day
from coord.cases.tables import CaseClosing, CaseFollowUp
from coord.kernel.errors import Invalid, Problem
from coord.work import Unit, action

_CODES = {"closure", "ends_on", "reaction", "is_referred", "satisfaction", "adequate_treatment"}
_WORDS = {"summary", "remaining_needs", "handling", "follow_up_plan", "comment"}


@action("case.work")
async def submit_closing(unit: Unit, given: SubmitClosing) -> UUID:
    """Hand the closing report to the supervisor."""
    move = await begin_move(unit, given.case, CaseEvent.SUBMIT_CLOSING, given.closure)
    since = move.case.opened_on or move.case.received_on
    await check_day(unit, move.case, "ends_on", given.ends_on, since=since)
    pen = await move.pen()
    facts = {
        **given.model_dump(include=_CODES),
        "words": pen.seal(CaseClosing, given.case, given.model_dump(include=_WORDS)),
    }
    known = await unit.session.get(CaseClosing, given.case)
    row = known or CaseClosing(id=given.case, **facts)
    for name, value in facts.items():
        setattr(row, name, value)
    unit.add(row)
    move.case.before_review = move.line.source
    move.case.submitted_at, move.case.submitted_by_id = unit.started_at, unit.actor.user_id
    await move.done()
    return given.case


@action("case.work")
async def record_follow_up(unit: Unit, given: RecordFollowUp) -> UUID:
    """Tell how a person fares after the closure; the case's id. Raises ``Invalid`` for one that stays due."""
    if given.status is FollowUpStatus.DUE:
        raise Invalid(Problem("status", "NOT_A_CHOICE"))
    follow_up = await unit.find(CaseFollowUp, given.follow_up)
    move = await begin_move(unit, follow_up.case_id, CaseEvent.RECORD_FOLLOW_UP)
    await check_day(unit, move.case, "done_on", given.done_on, since=move.case.closed_on)
    before = audit.facts(follow_up)
    follow_up.status, follow_up.done_on, follow_up.method = given.status, given.done_on, given.method
    follow_up.has_relapsed = given.has_relapsed
    follow_up.words = (await move.pen()).seal(CaseFollowUp, follow_up.id, {"needs": given.needs})
    audit.record(unit, "case.record_follow_up", follow_up, before=before)
    await move.done()
    return move.case.id
