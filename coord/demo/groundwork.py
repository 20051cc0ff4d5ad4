"""Who and what a demo stands on: organizations, program, accounts, workers, posts."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from coord.access.roles import Role
from coord.contacts.writing import Post
from coord.demo import names, places
from coord.demo.chance import repeatable
from coord.demo.places import Place
from coord.identity.passwords import hash_now
from coord.identity.tables import Membership, User
from coord.kernel.table import Row
from coord.organizations.actions import organization_row
from coord.organizations.inputs import AddOrganization
from coord.placements.tables import Placement, PlacementModel
from coord.programs.tables import Participation, Program
from coord.workforce.tables import Worker

PASSWORD = "demo-password-1"  # noqa: S105 - documented, refused in production
VACANT_FOR = timedelta(weeks=6)
_TRAINED_BEFORE, _TRAINED_LATE = timedelta(days=10), timedelta(days=30)
LATE, VACANT, CORRECTED, DOUBLED = "H004", "H005", "H007", "H009"
"""Hospitals with an oddity: reports late, has an empty post, took contacts back, sent a month twice."""
_SLOW = {"H006": 0.72, "H008": 0.8, "H010": 0.86, "H012": 0.5}
_TWO_POSTS = {places.NORTH, places.SOUTH, "H003", VACANT, "H007", "H008"}
_DEPARTMENTS = ("医务社工部", "病房管理和病人服务中心", "院办", "党委宣传部", "门诊部")

CAST: Sequence[tuple[str, str, str | None, Role | None]] = (
    ("fatima", "方蒂 Fatima", places.SPONSOR, Role.SPONSOR_VIEWER),
    ("ola", "王敏 Ola", places.FOUNDATION, Role.PROGRAM_OFFICER),
    ("oscar", "欧思 Oscar", places.FOUNDATION, Role.PROGRAM_OFFICER),
    ("sam", "沈明 Sam", places.NORTH, Role.SOCIAL_WORKER),
    ("nia", "倪雅 Nia", places.SOUTH, Role.SOCIAL_WORKER),
    ("cai", "蔡宁 Cai", places.CENTER, Role.COMMUNITY_RECEIVER),
    ("sun", "孙悦 Sun", places.AGENCY, Role.SUPERVISOR),
    ("paul", "白洛 Paul", places.NORTH, Role.PRIVACY_OFFICER),
    ("petra", "裴佳 Petra", None, None),
    ("adam", "安达 Adam", places.FOUNDATION, Role.ADMINISTRATOR),
)
SUPERVISORS = {"A02": "程岚", "A03": "骆清", "A04": "温启", "A05": "高柳"}
"""Who supervises for the agencies that have nobody in the cast."""
_POSTED = {(places.NORTH, 0): "sam", (places.SOUTH, 0): "nia"}


def fixed(name: str) -> uuid.UUID:
    """A fixed id for a name, the same in every demo."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"coord-demo/{name}")


def supervisor_of(agency: str) -> uuid.UUID:
    """The account of an agency's supervisor."""
    return fixed("user/sun" if agency == places.AGENCY else f"user/supervisor/{agency}")


@dataclass(frozen=True, slots=True)
class Stay:
    """A worker's time in a post, and how they keep records."""

    post: Post
    hospital: str
    number: int
    starts_on: date
    ends_on: date | None
    recorded_by: uuid.UUID | None
    diligence: float
    reports_late: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """Rows in the order in which they must be inserted, and the stays that will be filled with services."""

    rows: Sequence[Row]
    stays: Sequence[Stay]
    program_id: uuid.UUID
    starts_on: date


def month_start(today: date, months: int) -> date:
    """The first day of the first of ``months`` calendar months that end with today's."""
    year, month = divmod(today.year * 12 + today.month - months, 12)
    return date(year, month + 1, 1)


def lay(today: date, months: int, posts: Sequence[int], seed: str) -> Ground:
    """The groundwork of a program with as many hospitals as ``posts`` has numbers of posts."""
    starts_on = month_start(today, months)
    rng = repeatable(seed, "ground")
    all_places = (*places.PARTNERS, *places.hospitals(len(posts)))
    program = Program(id=fixed("program"), code=places.PROGRAM, name=places.PROGRAM_NAME,
                      foundation_id=fixed(places.FOUNDATION), starts_on=starts_on, fictional=True)  # fmt: skip
    joined = [
        Participation(program_id=program.id, organization_id=fixed(p.code), part=p.part, starts_on=starts_on)
        for p in all_places
        if p.part
    ]
    workers: list[Row] = []
    placements: list[Row] = []
    stays: list[Stay] = []
    for place, number_of_posts in zip(places.hospitals(len(posts)), posts, strict=True):
        for number in range(number_of_posts):
            worker = _worker(place, number, rng)
            stay = _stay(place, number, program, starts_on, today)
            workers.append(worker)
            placements += _placements(stay, worker.employer_id)
            stays.append(stay)
    rows = [*map(_organization, all_places), program, *joined, *_accounts(all_places, starts_on), *workers, *placements]
    return Ground(rows, stays, program.id, starts_on)


def demo_posts() -> Sequence[int]:
    """18 posts at the demo's 12 hospitals."""
    return [2 if place.code in _TWO_POSTS else 1 for place in places.DEMO_HOSPITALS]


def _organization(place: Place) -> Row:
    return organization_row(
        AddOrganization(
            foundation_id=fixed(places.FOUNDATION), code=place.code, name=place.name, kind=place.kind, province=place.province, city=place.city,
            district=place.district, fictional=True,
        ),
        fixed(place.code),
    )  # fmt: skip


def _accounts(known: Sequence[Place], starts_on: date) -> Iterator[Row]:
    hashed, codes = hash_now(PASSWORD), {place.code for place in known}
    for key, name, _, _ in CAST:
        yield User(id=fixed(f"user/{key}"), email=f"{key}@demo.example", name=name, password_hash=hashed)
    for key, _, code, role in CAST:
        if role is not None and code in codes:
            yield Membership(user_id=fixed(f"user/{key}"), organization_id=fixed(code), role=role, starts_on=starts_on)
    for agency in sorted(codes & SUPERVISORS.keys()):
        user = supervisor_of(agency)
        yield User(
            id=user, email=f"supervisor.{agency.lower()}@demo.example", name=SUPERVISORS[agency], password_hash=hashed
        )
        yield Membership(user_id=user, organization_id=fixed(agency), role=Role.SUPERVISOR, starts_on=starts_on)


def employer_of(place: Place) -> str:
    """The code of the agency that posts workers to a hospital."""
    if place.code in {places.NORTH, places.SOUTH}:
        return places.AGENCY
    number = int(place.code[1:])
    choices = {"北京": ("A01", "A02"), "武汉": ("A03", "A04")}.get(place.city, ("A05",))
    return choices[number % len(choices)]


def _worker(place: Place, number: int, rng: random.Random) -> Worker:
    account = _POSTED.get((place.code, number))
    shown = next((name for key, name, _, _ in CAST if key == account), None) or names.person(rng).text
    return Worker(
        id=fixed(f"worker/{place.code}/{number}"),
        code=f"W-{place.code}-{number + 1}",
        display_name=shown,
        employer_id=fixed(employer_of(place)),
        user_id=fixed(f"user/{account}") if account else None,
    )


def _stay(place: Place, number: int, program: Program, starts_on: date, today: date) -> Stay:
    account = _POSTED.get((place.code, number))
    post = Post(program.id, fixed(place.code), fixed(employer_of(place)), fixed(f"worker/{place.code}/{number}"))
    is_vacant = place.code == VACANT and number == 1
    return Stay(
        post, place.code, number, starts_on, today - VACANT_FOR if is_vacant else None,
        fixed(f"user/{account}") if account else None, _SLOW.get(place.code, 0.97), place.code == LATE,
    )  # fmt: skip


def _placements(stay: Stay, employer_id: uuid.UUID) -> Iterator[Row]:
    """The post as it is filled, and the vacancy after a worker who left."""
    shared: dict[str, Any] = {
        "program_id": stay.post.program_id,
        "hospital_id": stay.post.hospital_id,
        "employer_id": employer_id,
        "department": _DEPARTMENTS[int(stay.hospital[1:]) % len(_DEPARTMENTS)],
        "model": PlacementModel.EMBEDDED,
    }
    # One hospital in the demo posted a worker first and had them trained afterwards.
    trained_on = stay.starts_on + (_TRAINED_LATE if stay.reports_late else -_TRAINED_BEFORE)
    yield Placement(
        **shared, worker_id=stay.post.worker_id, starts_on=stay.starts_on, ends_on=stay.ends_on, trained_on=trained_on
    )
    if stay.ends_on is not None:
        yield Placement(**shared, worker_id=None, starts_on=stay.ends_on + timedelta(days=1))
