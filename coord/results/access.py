"""Results are seen by who oversees the program, exact as they are; funders get releases instead."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall
from coord.programs.access import overseen
from coord.results.tables import (
    IndicatorActual,
    IndicatorBaseline,
    IndicatorDefinition,
    IndicatorTarget,
    ProgramComponent,
    ResultNode,
)

_APPENDED = (IndicatorDefinition, IndicatorBaseline, IndicatorTarget, IndicatorActual)


def of_program(model: Any) -> Callable[[Actor], ColumnElement[bool]]:
    """The rule of one table: rows of the programs that the actor's foundation runs."""

    def visible(actor: Actor) -> ColumnElement[bool]:
        return overseen(model.program_id, actor)

    return visible


for _edited in (ProgramComponent, ResultNode):
    protect(_edited, of_program(_edited), retention=Retention.REFERENCE)
for _appended in _APPENDED:
    protect(_appended, of_program(_appended), retention=Retention.REFERENCE, wall=Wall(grants=("INSERT",)))
