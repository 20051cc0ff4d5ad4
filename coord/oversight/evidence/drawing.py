"""Drawing the sample of a month: once, from a seed that is stored with it."""

import secrets
from uuid import UUID

from coord import audit
from coord.contacts.reviews.rules import sample
from coord.kernel.errors import Conflict, Problem
from coord.oversight.evidence.frames import frame_of
from coord.oversight.evidence.inputs import DrawSample
from coord.oversight.evidence.rules import ONE_IN, print_of
from coord.oversight.evidence.tables import EvidenceCheck, EvidenceSample
from coord.periods.places import month_place
from coord.periods.rules import last_day
from coord.work import Unit, action
from coord.work.inserting import insert_new

_SEED_BYTES = 16


@action("evidence.check")
async def draw_sample(unit: Unit, given: DrawSample) -> UUID:
    """Draw one record in twenty of a hospital's month, once; gives the sample's id.

    Raises ``NotFound`` for a foreign hospital, ``Conflict`` while the month runs, without records, or drawn before.
    """
    place = await month_place(unit, given)
    if place.today <= last_day(place.month):
        raise Conflict(Problem("month", "MONTH_NOT_OVER"))
    frame = await frame_of(unit, place.program.id, place.hospital_id, place.month)
    if not frame:
        raise Conflict(Problem("month", "NO_RECORDS_TO_DRAW"))
    row = EvidenceSample(
        program_id=place.program.id, hospital_id=place.hospital_id, month=place.month,
        seed=secrets.token_hex(_SEED_BYTES), frame_size=len(frame), frame_print=print_of(frame),
        drawn_at=unit.started_at, drawn_by_id=unit.actor.user_id, drawn_by_name=unit.actor.name,
    )  # fmt: skip
    if not await insert_new(unit, [row]):
        raise Conflict(Problem("month", "DRAWN_ALREADY"))
    unit.add(*(EvidenceCheck(sample_id=row.id, contact_id=key) for key in sorted(sample(row.seed, frame, ONE_IN))))
    audit.record(unit, "evidence.draw", row)
    return row.id
