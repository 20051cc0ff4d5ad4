"""Bundles for tests: of facts by chance, and of what stands in the database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from coord.access import Actor
from coord.clients.consents.codes import DataCategory
from coord.exchange import TakeBundle, Taken, exchanged, take_bundle
from coord.exchange.documents import to_json, to_xml
from coord.exchange.facts import Agreed, Exchanged, Party, Person
from coord.organizations.tables import OrganizationKind
from coord.referrals.codes import (
    ReferralDirection,
    ReferralKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralRelation,
    ReferralState,
    Urgency,
)
from coord.work import begin

AT = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"))
texts = st.text(_LETTERS, min_size=1, max_size=40).filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
paragraphs = st.lists(texts, min_size=1, max_size=3).map("\n".join)
moments = st.integers(0, 15 * 365 * 24 * 3600 * 1000).map(lambda number: AT + timedelta(milliseconds=number))
parties = st.builds(Party, texts, texts, st.none() | st.sampled_from(OrganizationKind))
_systems = st.sampled_from(["https://partner.example/id", "urn:oid:2.999"])


def any_facts() -> st.SearchStrategy[Exchanged]:
    """Every combination that a referral may have; a late failure is one of a failed referral only."""
    return st.builds(
        Exchanged,
        state=st.sampled_from(ReferralState),
        need=st.sampled_from(ReferralNeed),
        direction=st.sampled_from(ReferralDirection),
        reason=st.just("") | paragraphs,
        source=parties,
        target=parties,
        written_at=moments,
        id=st.uuids(),
        code=st.none() | texts,
        identifiers=st.lists(st.tuples(_systems, texts), max_size=2, unique=True).map(tuple),
        kind=st.sampled_from(ReferralKind),
        urgency=st.sampled_from(Urgency),
        contact_prohibited=st.booleans(),
        updated_at=st.none() | moments,
        person=st.none() | st.builds(Person, texts, st.none() | texts),
        age_band=st.none() | texts,
        district=st.none() | texts,
        consent=st.none() | st.builds(Agreed, st.uuids(), moments),
        packet=st.dictionaries(st.sampled_from(DataCategory), paragraphs, max_size=3),
        parent=st.none() | st.uuids(),
        relation=st.none() | st.sampled_from(ReferralRelation),
        worker=st.none() | texts,
        why=st.none() | st.sampled_from(ReferralReason),
        outcome=st.sampled_from(ReferralOutcome),
        first_contact_at=st.none() | moments,
        closed_at=st.none() | moments,
        proof=st.none() | st.uuids(),
    )


def full_facts(**changed: Any) -> Exchanged:
    """One with everything on it, as its sender sees it after the end."""
    given: dict[str, Any] = {
        "state": ReferralState.CLOSED, "need": ReferralNeed.HOUSING, "direction": ReferralDirection.DOWN,
        "reason": "出院后需要社区康复", "source": Party("H001", "北岸医院", OrganizationKind.HOSPITAL),
        "target": Party("C01", "青屏社区中心", OrganizationKind.COMMUNITY_ORG), "written_at": AT, "updated_at": AT,
        "id": UUID("0198f6a0-0000-7000-8000-000000000001"), "code": "R-ABCDEFGH",
        "identifiers": (("https://partner.example/id", "7"),), "contact_prohibited": True,
        "person": Person("NORTH-0001", "林芳"), "age_band": "45-59", "district": "海淀区",
        "consent": Agreed(UUID("0198f6a0-0000-7000-8000-000000000002"), AT),
        "packet": {DataCategory.DIAGNOSIS: "F32.1"}, "parent": UUID("0198f6a0-0000-7000-8000-000000000003"),
        "relation": ReferralRelation.REREFERRAL, "worker": "W-CAI", "outcome": ReferralOutcome.COMPLETED,
        "first_contact_at": AT, "closed_at": AT,
    }  # fmt: skip
    return Exchanged(**{**given, **changed})


async def take(bundle: Any, actor: Actor, form: str = "json", **more: Any) -> Taken:
    content = bundle if isinstance(bundle, bytes) else to_json(bundle) if form == "json" else to_xml(bundle)
    async with begin(actor) as unit:
        return await take_bundle(unit, TakeBundle.parse({"content": content, "form": form, **more}))


async def export(referral_id: UUID, actor: Actor) -> dict[str, Any]:
    async with begin(actor) as unit:
        return dict(await exchanged(unit, referral_id))


def resource(bundle: Any, kind: str) -> dict[str, Any]:
    """The first resource of a kind."""
    found: dict[str, Any] = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind)
    return found
