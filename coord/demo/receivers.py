"""The demo's directory of those who receive referrals, as the foundation's officer wrote it down."""

from datetime import timedelta

from sqlmodel import col

from coord.access import Actor, system
from coord.demo import places
from coord.demo.groundwork import fixed
from coord.demo.places import DEMO_HOSPITALS, PARTNERS, Place
from coord.kernel.sql import select
from coord.organizations.tables import OrganizationKind
from coord.referrals.directory import DescribeReceiver, describe_receiver
from coord.referrals.directory.rules import STALE_AFTER
from coord.referrals.directory.tables import Receiver
from coord.work import begin

_AGING = system("demo directory", "lets some entries of the demo's directory grow old", "job.run")
_SERVICES = {
    OrganizationKind.COMMUNITY_ORG: ("COMMUNITY_REHABILITATION", "PEER_SUPPORT", "FAMILY_SUPPORT"),
    OrganizationKind.HOSPITAL: ("PSYCHIATRIC_CARE", "COUNSELING"),
    OrganizationKind.AGENCY: ("CASE_MANAGEMENT", "FAMILY_SUPPORT", "EMPLOYMENT"),
}
_ROOM = ("CAPACITY", "WAITING_LIST", "CAPACITY", "NO_CAPACITY")
_HOURS = {OrganizationKind.HOSPITAL: "周一至周日 8:00–17:00", OrganizationKind.AGENCY: "周一至周五 9:00–17:30"}
_LAST = 3


async def lay_directory(officer: Actor) -> None:
    """Every organization that people are sent to but the last few; every fifth has not confirmed its entry for long."""
    described = [place for place in (*PARTNERS, *DEMO_HOSPITALS) if place.kind in _SERVICES][:-_LAST]
    async with begin(officer) as unit:
        for number, place in enumerate(described):
            await describe_receiver(unit, _entry(place, number))
    old = [fixed(place.code) for place in described[4::5]]
    async with begin(_AGING) as unit:
        for row in await unit.scalars(select(Receiver).where(col(Receiver.id).in_(old))):
            row.confirmed_at -= STALE_AFTER + timedelta(days=20)


def _entry(place: Place, number: int) -> DescribeReceiver:
    is_center = place.code == places.CENTER
    return DescribeReceiver.parse(
        {
            "organization": fixed(place.code),
            "services": _SERVICES[place.kind],
            "districts": [place.district] if place.district else [],
            "eligibility": "本区常住，16 岁以上，病情稳定" if is_center else None,
            "capacity": "CAPACITY" if is_center else _ROOM[number % len(_ROOM)],
            "opening_hours": _HOURS.get(place.kind, "周一至周六 9:00–17:00"),
            "phone": "010-0000-0000",
            "phones_day_and_night": "010-0000-0001" if place.kind is OrganizationKind.HOSPITAL else None,
            # The demo's other agencies have nobody who signs in.
            "answers_by_link": place.kind is OrganizationKind.AGENCY and place.code != places.AGENCY,
            "contact_role": "转介协调员" if is_center else "社工部值班社工",
        }
    )
