"""One definition each: before rounding, every published figure of every hospital is the measure of that name."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from coord.contacts.adjusting import take_back
from coord.contacts.inputs import TakeBack
from coord.measures import Dimension, MeasureQuery, measure_table
from coord.measures.ratios import RATIOS
from coord.releases.codes import CLASSES, COUNTS, PROFILE_OF, SHARES, CubeCode
from coord.releases.counting import TrueCounts, true_counts
from coord.releases.families import FAMILIES
from coord.releases.parameters import Parameters
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log
from tests.coord.measures.test_referral_measures import ten
from tests.coord.outcomes.recording import record, scale
from tests.coord.releases.making import COUNTER, published, seen, whole
from tests.world import CHEN, HUANG, LIN, NORTH, PROGRAM, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
QUARTERS = ("2026Q2", "2026Q3")
_CODES = {"H001": str(NORTH), "H002": str(SOUTH)}
HIGH, LOWER, LOW = ((2,) * 8 + (0,)), ((1,) * 7 + (0, 0)), ((1, 1, 0) * 3)


async def everything() -> None:
    """People met at two hospitals, ten referrals, windows that ended with every result."""
    await seen()
    await log(contact(client=str(CHEN), occurred_on="2026-07-20", family_present=2))
    await log(contact(client=None, service_code="GROUP_SESSION", occurred_on="2026-08-02", anonymous_count=6))
    await ten()
    index = date(2026, 1, 10)
    for client, later, actor in ((LIN, LOW, cast.sam), (CHEN, LOWER, cast.sam), (HUANG, HIGH, cast.sam),
                                 (SOUTH_ZHAO, None, cast.nia)):  # fmt: skip
        await record(scale(HIGH, client=str(client), taken_on=index.isoformat()), actor)
        if later:
            after = (index + timedelta(days=200)).isoformat()
            await record(scale(later, client=str(client), taken_on=after), actor)


async def _counted(quarter: str) -> TrueCounts:
    async with begin(COUNTER, read_only=True) as unit:
        return await true_counts(unit, whole(quarter), Parameters())


async def _measured(quarter: str, names: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    first, last = whole(quarter).days
    query = MeasureQuery(program=PROGRAM, from_day=first, to_day=last, group_by=(Dimension.HOSPITAL,))
    async with begin(cast.ola, read_only=True) as unit:
        table = await measure_table(unit, query, names)
    return {_CODES[row.key[0].key]: row.figures for row in table.rows if row.key[0].key in _CODES}


def _sum(counted: TrueCounts, cube: CubeCode, hospital: str, classes: Sequence[str]) -> int:
    return sum(counted.cubes[cube].get((hospital, name), 0) for name in classes)


@pytest.mark.parametrize("quarter", QUARTERS)
async def test_every_count_of_every_hospital_is_its_measure_exactly(database: Database, quarter: str) -> None:
    await everything()
    counted = await _counted(quarter)
    measured = await _measured(quarter, [name for count in COUNTS.values() for name in count.measures])
    for hospital in _CODES.values():
        for name, count in COUNTS.items():
            found = _sum(counted, count.cube, hospital, count.classes)
            assert found == sum(measured.get(hospital, {}).get(one, 0) for one in count.measures), (hospital, name)


@pytest.mark.parametrize("quarter", QUARTERS)
async def test_both_numbers_of_every_rate_are_those_of_its_ratio(database: Database, quarter: str) -> None:
    await everything()
    counted = await _counted(quarter)
    measured = await _measured(quarter, [share.ratio for share in SHARES.values()])
    for hospital in _CODES.values():
        for name, share in SHARES.items():
            ratio, figures = RATIOS[share.ratio], measured.get(hospital, {})
            pair = (figures.get(ratio.part, 0), figures.get(ratio.whole, 0))
            assert (
                _sum(counted, share.cube, hospital, share.part),
                _sum(counted, share.cube, hospital, share.whole),
            ) == pair, name


async def test_the_quarters_hold_something_of_every_family(database: Database) -> None:
    await everything()
    found = [await _counted(quarter) for quarter in QUARTERS]
    for cube in CLASSES:
        assert any(sum(counted.cubes[cube].values()) for counted in found), cube


async def test_people_by_sex_and_age_are_the_same_people(database: Database) -> None:
    await everything()
    for quarter in QUARTERS:
        counted = await _counted(quarter)
        for cube, profile in PROFILE_OF.items():
            for name in CLASSES[cube]:
                by_hospital, by_person = (
                    sum(value for (_, one), value in counted.cubes[code].items() if one == name)
                    for code in (cube, profile)
                )
                assert by_hospital == by_person, (cube, name)


def test_every_class_of_a_family_has_its_flags() -> None:
    for cube, family in FAMILIES.items():
        assert sorted(family.classes.values()) == sorted(CLASSES[cube])


async def test_corrections_after_a_release_go_into_the_next_one(database: Database) -> None:
    """A visit of September added and one taken back after the third quarter was counted; not those known before."""
    await seen()
    known = await log(contact(client=str(CHEN), occurred_on="2026-09-01", family_present=3))
    await published()
    said = {"correction_reason": "FORGOTTEN", "correction_note": "the sheet came late"}
    await log(contact(client=str(CHEN), occurred_on="2026-09-10", family_present=1, **said))
    counted = await _counted("2026Q4")
    assert counted.cubes[CubeCode.PERSON_TIMES][str(NORTH), "ALL"] == 2
    assert counted.corrects == ["2026Q3"]
    async with begin(cast.sam) as unit:
        await take_back(unit, TakeBack.parse({"contact": str(known.contact_id), **said}))
    assert (await _counted("2026Q4")).cubes[CubeCode.PERSON_TIMES][str(NORTH), "ALL"] == 0
    await log(contact(client=str(LIN), occurred_on="2026-11-02", family_present=8))
    assert (await _counted("2026Q4")).cubes[CubeCode.PERSON_TIMES][str(NORTH), "ALL"] == 9 - 2
