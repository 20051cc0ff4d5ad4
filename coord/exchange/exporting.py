"""A referral for a partner's system: what its viewer sees on its page, as facts and as a bundle."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.consents.codes import DataCategory
from coord.clients.disclosure import notice
from coord.exchange.codes import System
from coord.exchange.facts import Agreed, Exchanged, Party, Person
from coord.exchange.profile import profile_problems
from coord.exchange.tables import ReferralIdentifier
from coord.exchange.writing import bundle_of
from coord.kernel.sql import select
from coord.referrals.codes import ReferralReason, ReferralState, Side
from coord.referrals.kin import parents_of
from coord.referrals.tables import Referral
from coord.referrals.whole import Whole, whole
from coord.work import Unit, read


@read("referral.exchange")
async def exchanged(unit: Unit, referral_id: UUID) -> Mapping[str, Any]:
    """A referral as a FHIR bundle, on the trail. Raises ``NotFound``."""
    seen = await whole(unit, referral_id)
    facts = await _facts(unit, seen, await unit.find(Referral, referral_id))
    bundle = _under_notice(bundle_of(facts), unit.actor.language)
    audit.record_reading(unit, "referral.exchange", "referral", [referral_id])
    if problems := profile_problems(bundle, for_receiver=Side.SOURCE not in seen.sides):
        # The last look before it leaves: a mistake of ours shows nobody more than they may see.
        raise AssertionError(", ".join(f"{one.field} {one.code}" for one in problems))
    return bundle


def _under_notice(bundle: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """A bundle that says on itself that it may not be passed on: the label of the standard, and our words for it."""
    said = notice(language)
    label = {
        "system": str(System.ACT_CODE),
        "code": "NORDSCLCD",
        "display": "no redisclosure without consent directive",
    }
    tag = {"system": str(System.DISCLOSURE_NOTICE), "code": said.version, "display": said.text}
    meta = {"security": [label], "tag": [tag]}
    return {
        "resourceType": bundle["resourceType"],
        "meta": meta,
        **{k: v for k, v in bundle.items() if k != "resourceType"},
    }


async def _facts(unit: Unit, seen: Whole, referral: Referral) -> Exchanged:
    row, sent_at = seen.row, referral.sent_at
    consent = None if referral.consent_id is None or sent_at is None else Agreed(referral.consent_id, sent_at)
    return Exchanged(
        id=referral.id,
        code=referral.code,
        identifiers=await _identifiers(unit, referral.id),
        state=referral.state,
        need=referral.need,
        direction=referral.direction,
        kind=referral.kind,
        urgency=referral.urgency,
        reason=seen.reason,
        contact_prohibited=referral.contact_prohibited,
        source=_party(row, "source"),
        target=_party(row, "target"),
        written_at=sent_at or referral.created_at,
        updated_at=referral.updated_at,
        person=None if seen.person is None else Person(seen.person.code, seen.person.name),
        age_band=referral.age_band,
        district=referral.district,
        consent=consent,
        packet={DataCategory(block): text for block, text in seen.packet.items() if text},
        parent=(await parents_of(unit, [referral.id])).get(referral.id),
        relation=referral.relation,
        worker=row["worker.code"],
        why=_why(seen),
        outcome=referral.outcome,
        failed_late=referral.state is ReferralState.FAILED and referral.accepted_at is not None,
        first_contact_at=referral.first_contact_at,
        closed_at=referral.closed_at,
    )


def _party(row: Mapping[Any, Any], side: str) -> Party:
    return Party(row[f"{side}.code"], row[f"{side}.name"], row[f"{side}.kind"])


def _why(seen: Whole) -> ReferralReason | None:
    last = seen.story[-1] if seen.story else None
    return None if last is None or last.reason_code is None else ReferralReason(last.reason_code)


async def _identifiers(unit: Unit, referral_id: UUID) -> tuple[tuple[str, str], ...]:
    statement = (
        select(ReferralIdentifier.system, ReferralIdentifier.value)
        .where(col(ReferralIdentifier.referral_id) == referral_id)
        .order_by(col(ReferralIdentifier.id))
    )
    rows: Sequence[Any] = await unit.rows(statement)
    return tuple((system, value) for system, value in rows)
