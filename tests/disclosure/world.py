"""Twenty-four hospitals with referrals of which every third count of closed loops is below five, released and published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from coord.clients.codes import Gender
from coord.clients.tables import Client
from coord.demo.loading import trusted
from coord.organizations.tables import Organization, OrganizationKind
from coord.placements.tables import Placement
from coord.programs.tables import Part, Participation
from coord.referrals.codes import ReferralDirection, ReferralNeed, ReferralState
from coord.referrals.tables import Referral
from coord.releases import ReleaseMove
from coord.work import begin
from tests.coord.releases.making import OSCAR, build, move
from tests.interference.rows import Made, chance, put, row
from tests.world import AGENCY, BUILDER, CENTER, FOUNDATION, PROGRAM_ID, STARTS, cast, fixed

CLOSED: Sequence[int] = (7, 4, 4, 9, 4, 8, 4, 6, 1, 0, 0, 11, 6, 0, 5, 2, 4, 10, 3, 11, 8, 1, 5, 24)
"""True closed loops of the third quarter by hospital: the counts that are attacked."""
HOSPITALS: Sequence[UUID] = [fixed(f"attacked/{n}") for n in range(len(CLOSED))]
PROVINCES = ("北京", "湖北", "广东", "四川")
QUARTERS: Mapping[str, datetime] = {f"2026Q{n}": datetime(2026, 3 * n - 1, 3, 2, tzinfo=UTC) for n in (1, 2, 3)}
"""When the referrals of each quarter were sent."""
_THIRD = "2026Q3"


@dataclass(frozen=True, slots=True)
class Way:
    """How far a referral came."""

    state: ReferralState
    is_accepted: bool = False
    met_after: timedelta | None = None


DECLINED = Way(ReferralState.DECLINED)
MET = Way(ReferralState.WITHDRAWN, is_accepted=True, met_after=timedelta(days=9))
LOOP = Way(ReferralState.CLOSED, is_accepted=True, met_after=timedelta(days=2))
_OTHERS = (DECLINED, MET, MET, Way(ReferralState.WITHDRAWN, is_accepted=True))


def _hospitals() -> Iterator[Made]:
    for n, hospital in enumerate(HOSPITALS):
        code = f"H{101 + n}"
        yield row(
            Organization, id=hospital, foundation_id=FOUNDATION, code=code, name=f"Hospital {code}",
            kind=OrganizationKind.HOSPITAL, province=PROVINCES[n % len(PROVINCES)], fictional=True, search_text=code,
        )  # fmt: skip
        yield row(Participation, program_id=PROGRAM_ID, organization_id=hospital, part=Part.HOSPITAL, starts_on=STARTS)
        yield row(Placement, program_id=PROGRAM_ID, hospital_id=hospital, employer_id=AGENCY, starts_on=STARTS)


def referral(hospital: UUID, client: UUID, name: str, way: Way, at: datetime = QUARTERS[_THIRD]) -> Made:
    """One referral, sent at a moment."""
    return row(
        Referral, id=fixed(name), program_id=PROGRAM_ID, client_id=client, source_id=hospital, target_id=CENTER,
        code=f"R-{fixed(name).hex[:8].upper()}", direction=ReferralDirection.DOWN, need=ReferralNeed.COUNSELING,
        state=way.state, age_band="35-44", reason=b"x", sent_on=at.date(), sent_at=at, round=1,
        accepted_at=at + timedelta(hours=3) if way.is_accepted else None,
        first_contact_at=None if way.met_after is None else at + way.met_after,
    )  # fmt: skip


def _people() -> Iterator[Made]:
    genders = (Gender.FEMALE, Gender.FEMALE, Gender.MALE)
    for n, hospital in enumerate(HOSPITALS):
        for p in range(6):
            yield row(
                Client, id=fixed(f"attacked/{n}/{p}"), program_id=PROGRAM_ID, hospital_id=hospital, code=f"X-{n}-{p}",
                gender=genders[p % 3], birth_year=1960 + 9 * p,
            )  # fmt: skip


def _referrals(closed: Sequence[int], others: int, quarter: str) -> Iterator[Made]:
    for n, (hospital, loops) in enumerate(zip(HOSPITALS, closed, strict=True)):
        ways = [LOOP] * loops + [_OTHERS[i % len(_OTHERS)] for i in range(others + n)]
        for i, way in enumerate(ways):
            yield referral(
                hospital, fixed(f"attacked/{n}/{i % 6}"), f"attacked/{quarter}/{n}/{i}", way, QUARTERS[quarter]
            )


async def lay(closed: Sequence[int] = CLOSED, others: int = 17, quarters: Sequence[str] = (_THIRD,)) -> None:
    """Put the hospitals, their people and their referrals of some quarters into the current database."""
    rows = [*_hospitals(), *_people()]
    for quarter in quarters:
        turned = [*closed[int(quarter[-1]) - 3 :], *closed[: int(quarter[-1]) - 3]]
        rows += _referrals(turned, others, quarter)
    async with begin(BUILDER) as unit, trusted(unit):
        await put(unit, rows, chance("disclosure"))


async def publish(quarter: str = _THIRD) -> UUID:
    """Build the quarter, let one officer review it and another publish it."""
    made = await build(quarter)
    assert made is not None
    await move(cast.ola, made, ReleaseMove.REVIEW)
    await move(OSCAR, made, ReleaseMove.PUBLISH)
    return made
