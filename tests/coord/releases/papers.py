"""A report of two hospitals and one quarter, without a database: what a file of it is written from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from coord.measures import Dimension
from coord.programs import ProgramFacts
from coord.releases.codes import CLASSES, PROFILE_OF
from coord.releases.parameters import Parameters
from coord.releases.parts import SignedRelease
from coord.releases.people import GROUPS
from coord.releases.reads import ImpactReport, Publisher
from coord.releases.serving import CellKey, Place, Released, answer

_SPACE = UUID(int=11)
PLACES = [
    Place(uuid5(_SPACE, name), code, name, "北京") for code, name in (("H1", "北京安定医院"), ("H2", "湖北第二医院"))
]
PROGRAM = ProgramFacts(UUID(int=1), "DIP", "抑郁症干预项目", "Asia/Shanghai", date(2026, 1, 1), None, UUID(int=2))
QUARTER, DIGEST = "2026Q3", "ab" * 32


def paper(*notes: Mapping[str, Any], places: Sequence[Place] = PLACES, each: int = 30) -> ImpactReport:
    """Every class of every family holds ``each`` at every hospital, one fewer step at the next."""
    cells: dict[CellKey, int] = {}
    for cube, classes in CLASSES.items():
        for number, place in enumerate(places):
            cells |= {(cube, str(place.id), name): max(0, each - 27 * number) for name in classes}
        if cube in PROFILE_OF:
            cells |= {(PROFILE_OF[cube], group, name): each for group in GROUPS for name in classes}
    released = Released(QUARTER, places, cells)
    part = SignedRelease(UUID(int=5), DIGEST, "0123456789abcdef", "cd" * 64, released, {}, notes)
    return ImpactReport(
        program=PROGRAM, publisher=Publisher("CN-USCI-53110000500022012X", "灯笼基金会"), period=QUARTER, release_id=part.id, released_at=datetime(2026, 10, 20, 1, tzinfo=UTC),
        data_version=DIGEST[:12], rules_version="1", parameters=Parameters(),
        answer=answer([released], (Dimension.HOSPITAL,), None), parts=[part],
    )  # fmt: skip
