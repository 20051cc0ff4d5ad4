"""Sex and age band of people behind figures: wide bands, and one group for those of whom they are not known."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from uuid import UUID

from sqlmodel import col

from coord.clients.codes import Gender
from coord.clients.tables import Client
from coord.kernel.sql import counting, select
from coord.referrals.tables import Referral
from coord.work import Unit, read

NOT_GIVEN = "NOT_GIVEN"
SEXES: Sequence[str] = (Gender.FEMALE.value, Gender.MALE.value, NOT_GIVEN)
"""Few people say another one: alone they would be a group of one or two."""
AGES: Sequence[str] = ("0-17", "18-34", "35-59", "60+", NOT_GIVEN)
_BELOW = ((18, "0-17"), (35, "18-34"), (60, "35-59"))
GROUPS: Sequence[str] = [f"{sex}/{age}" for sex, age in product(SEXES, AGES)]
UNKNOWN = f"{NOT_GIVEN}/{NOT_GIVEN}"


def age_of(birth_year: int | None, year: int) -> str:
    """The band of somebody's age in a year; the year of birth alone is known."""
    if birth_year is None:
        return NOT_GIVEN
    return next((band for limit, band in _BELOW if year - birth_year < limit), "60+")


def group_of(gender: str, birth_year: int | None, year: int) -> str:
    """The one group of a person."""
    return f"{gender if gender in SEXES else NOT_GIVEN}/{age_of(birth_year, year)}"


@read("release.count")
async def groups_of(unit: Unit, program_id: UUID, days: tuple[date, date]) -> Mapping[UUID, str]:
    """The group of each client of a program, and of each referral sent on these days; relatives have none."""
    last = days[1]
    people = select(Client.id, Client.gender, Client.birth_year).where(col(Client.program_id) == program_id)
    found = {
        client: group_of(str(gender), born, last.year) for client, gender, born in await unit.rows(counting(people))
    }
    sent = select(Referral.id, Referral.client_id).where(
        col(Referral.program_id) == program_id, col(Referral.sent_on).between(*days)
    )
    return found | {referral: found[client] for referral, client in await unit.rows(counting(sent)) if client in found}
