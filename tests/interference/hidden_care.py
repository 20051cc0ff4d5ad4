"""What stands about invisible people besides contacts: consents, cases, referrals, shares, scores, alerts, months."""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from coord.cases.codes import CaseStatus
from coord.cases.tables import CaseFile
from coord.clients.consents.codes import Channel, Purpose
from coord.clients.consents.tables import Consent, ConsentRecipient
from coord.clients.tables import ClientShare
from coord.outcomes.codes import AlertTrigger, AlertUrgency, Band, ScaleCode, ScoreStatus
from coord.outcomes.tables import SafetyAlert, ScaleAnswers, ScaleScore
from coord.periods.codes import MonthState
from coord.periods.tables import MonthReport, MonthStep
from coord.programs.tables import MonthLock
from coord.referrals.codes import (
    Clock,
    ReferralDirection,
    ReferralEventKind,
    ReferralNeed,
    ReferralState,
    Side,
    Urgency,
)
from coord.referrals.tables import Referral, ReferralClock, ReferralEvent
from tests.interference.rows import Made, new_id, row

_DAY, _AT = date(2026, 9, 1), datetime(2026, 9, 1, 8, tzinfo=UTC)
_MONTHS = ("2026-07", "2026-08", "2026-09")
Place = Mapping[str, UUID]
"""Program, foundation, hospital, agency and worker. At the agency nobody handles referrals or cares for anybody."""


def _consent(rng: random.Random, place: Place, client: UUID) -> Iterator[Made]:
    made = new_id(rng)
    yield row(Consent, id=made, client_id=client, program_id=place["program"], hospital_id=place["hospital"],
              purpose=rng.choice(list(Purpose)), categories=[], channel=rng.choice(list(Channel)), text_version="1",
              text_hash="-", language="zh-CN", given_on=_DAY + timedelta(days=rng.randint(0, 20)))  # fmt: skip
    yield row(ConsentRecipient, consent_id=made, hospital_id=place["hospital"], organization_id=place["agency"])
    yield row(ClientShare, client_id=client, hospital_id=place["hospital"], organization_id=place["agency"],
              origin_id=new_id(rng), consent_id=made, with_identity=rng.random() < 0.5, from_at=_AT)  # fmt: skip


def _case(rng: random.Random, place: Place, client: UUID) -> Iterator[Made]:
    yield row(CaseFile, id=new_id(rng), program_id=place["program"], hospital_id=place["hospital"],
              agency_id=place["agency"], client_id=client, worker_id=place["worker"],
              status=rng.choice((CaseStatus.DRAFT, CaseStatus.INTERVENING)), received_on=_DAY, opened_on=_DAY)  # fmt: skip


def _score(rng: random.Random, place: Place, client: UUID) -> Iterator[Made]:
    """A score, and for half of them an alert that nobody has taken yet."""
    made, scale = new_id(rng), rng.choice((ScaleCode.PHQ9, ScaleCode.GAD7))
    where = {"program_id": place["program"], "hospital_id": place["hospital"], "client_id": client}
    yield row(ScaleScore, id=made, scale=scale, version="1", taken_on=_DAY + timedelta(days=rng.randint(0, 20)),
              score=rng.randint(0, 21), status=rng.choice(list(ScoreStatus)), band=rng.choice(list(Band)), **where)  # fmt: skip
    yield row(ScaleAnswers, id=made, hospital_id=place["hospital"], items=[1, 2, 3])
    if rng.random() < 0.5:
        yield row(SafetyAlert, id=new_id(rng), foundation_id=place["foundation"], score_id=made, opened_at=_AT,
                  cause=rng.choice(list(AlertTrigger)), urgency=rng.choice(list(AlertUrgency)), rules_version="1",
                  level=rng.randint(0, 2), **where)  # fmt: skip


def _referral(rng: random.Random, place: Place, client: UUID, code: str) -> Iterator[Made]:
    made, state = new_id(rng), rng.choice((ReferralState.DRAFT, ReferralState.SENT, ReferralState.RECEIVED))
    yield row(Referral, id=made, program_id=place["program"], client_id=client, source_id=place["hospital"],
              target_id=place["agency"], code=code, direction=rng.choice(list(ReferralDirection)),
              urgency=rng.choice(list(Urgency)), need=rng.choice(list(ReferralNeed)), state=state, age_band="30-39",
              reason=b"-", sent_on=_DAY, sent_at=_AT)  # fmt: skip
    yield row(ReferralEvent, referral_id=made, at=_AT, event=rng.choice(list(ReferralEventKind)), to_state=state,
              side=rng.choice(list(Side)))  # fmt: skip
    yield row(ReferralClock, referral_id=made, clock=rng.choice(list(Clock)), started_at=_AT,
              due_at=_AT + timedelta(days=1), next_at=_AT)  # fmt: skip


def care(rng: random.Random, place: Place, client: UUID, number: int) -> Iterator[Made]:
    """Some of all that stands about a person; ``number`` tells them apart at their hospital."""
    if rng.random() < 0.6:
        yield from _consent(rng, place, client)
    if rng.random() < 0.6:
        yield from _case(rng, place, client)
    for _ in range(rng.randint(0, 2)):
        yield from _score(rng, place, client)
    if rng.random() < 0.6:
        # The codes are those that the first referrals of any hospital have.
        yield from _referral(rng, place, client, f"R-{number + 1:04d}")


def months(rng: random.Random, place: Place) -> Iterator[Made]:
    """Reports of some months of a hospital, locked or not."""
    where = {"program_id": place["program"], "hospital_id": place["hospital"]}
    for month in rng.sample(_MONTHS, rng.randint(0, len(_MONTHS))):
        made, state = new_id(rng), rng.choice(list(MonthState))
        yield row(MonthReport, id=made, month=month, state=state, words=rng.choice(("-", "秘密一")), **where)
        yield row(MonthStep, report_id=made, from_state=MonthState.OPEN, to_state=state, at=_AT)
        if state is MonthState.LOCKED:
            yield row(MonthLock, month=month, locked_at=_AT, **where)
