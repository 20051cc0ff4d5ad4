"""Building the framework, and taking the figures of a quarter; nothing that is in use is ever changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.access import Scope
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.programs import ProgramFacts, program_by_code, take_part
from coord.results.aims import COMPONENTS, INDICATORS, NODES
from coord.results.inputs import AddNode, DefineIndicator, SetBaseline, SetTarget
from coord.results.rules import wrong_definition
from coord.results.tables import (
    IndicatorBaseline,
    IndicatorDefinition,
    IndicatorTarget,
    ProgramComponent,
    ResultNode,
)
from coord.work import Unit, action


async def program_run(unit: Unit, code: str) -> ProgramFacts:
    """The program, if the actor's foundation runs it. Raises ``Invalid`` for one that it only takes part in."""
    program = await program_by_code(unit, code)
    if not unit.actor.unscoped and program.id not in unit.actor.scope(Scope.PROGRAMS_RUN):
        raise Invalid(Problem("program", "NO_SUCH_PROGRAM"))
    return program


async def _coded(unit: Unit, model: Any, program: UUID, code: str | None, field: str) -> Any:
    """The row of a code; None without one. Raises ``Invalid`` for an unknown one."""
    if code is None:
        return None
    found = await unit.scalar(select(model).where(col(model.program_id) == program, col(model.code) == code))
    if found is None:
        raise Invalid(Problem(field, "NO_SUCH_CODE"))
    return found


@action("result.manage")
async def add_node(unit: Unit, given: AddNode) -> UUID:
    """Add a result to a program. Raises ``Conflict`` when its code is taken."""
    program = await program_run(unit, given.program)
    component = await _coded(unit, ProgramComponent, program.id, given.component, "component")
    parent = await _coded(unit, ResultNode, program.id, given.parent, "parent")
    row = ResultNode(
        program_id=program.id, level=given.level, code=given.code, title=given.title, assumptions=given.assumptions,
        risks=given.risks, component_id=component and component.id, parent_id=parent and parent.id,
        position=await unit.count(select(ResultNode.id).where(col(ResultNode.program_id) == program.id)),
    )  # fmt: skip
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    audit.record(unit, "result.add_node", row)
    return row.id


@action("result.manage")
async def define_indicator(unit: Unit, given: DefineIndicator) -> UUID:
    """Define an indicator, or a further version of a known one; earlier versions keep their figures.

    Raises ``Invalid`` for a source that does not exist, for counts that cannot be added, and without a reason for a
    further version; ``Conflict`` when somebody else has just made that version.
    """
    program = await program_run(unit, given.program)
    node = await _coded(unit, ResultNode, program.id, given.node, "node")
    versions = select(func.max(IndicatorDefinition.version)).where(
        col(IndicatorDefinition.program_id) == program.id, col(IndicatorDefinition.code) == given.code
    )
    known = int(await unit.scalar(versions) or 0)
    wrong = list(wrong_definition(given, known))
    if wrong:
        raise Invalid(*wrong)
    row = IndicatorDefinition(
        **given.model_dump(exclude={"program", "node", "reason"}), program_id=program.id, node_id=node.id,
        version=known + 1, reason=given.reason if known else None, defined_by_id=unit.actor.user_id,
        defined_at=unit.started_at,
    )  # fmt: skip
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "VERSION_TAKEN")) from None
    audit.record(unit, "result.define", row)
    return row.id


async def _current(unit: Unit, program: UUID, code: str) -> IndicatorDefinition:
    statement = (
        select(IndicatorDefinition)
        .where(col(IndicatorDefinition.program_id) == program, col(IndicatorDefinition.code) == code)
        .order_by(col(IndicatorDefinition.version).desc())
        .limit(1)
    )
    found: IndicatorDefinition | None = await unit.scalar(statement)
    if found is None:
        raise Invalid(Problem("indicator", "NO_SUCH_CODE"))
    return found


@action("result.manage")
async def set_baseline(unit: Unit, given: SetBaseline) -> UUID:
    """Say where an indicator started; an earlier baseline stays on record. Raises ``Invalid`` for an unknown one."""
    program = await program_run(unit, given.program)
    definition = await _current(unit, program.id, given.indicator)
    row = IndicatorBaseline(
        **given.model_dump(exclude={"program", "indicator"}), definition_id=definition.id, program_id=program.id,
        set_by_id=unit.actor.user_id, set_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "result.set_baseline", row)
    return row.id


@action("result.manage")
async def set_target(unit: Unit, given: SetTarget) -> UUID:
    """Say what an indicator is to reach; an earlier target stays on record.

    Raises ``Invalid`` for an unknown indicator and for a hospital that takes no part.
    """
    program = await program_run(unit, given.program)
    definition = await _current(unit, program.id, given.indicator)
    if given.hospital is not None and not await take_part(unit, [given.hospital], program.id):
        raise Invalid(Problem("hospital", "NO_SUCH_ORGANIZATION"))
    row = IndicatorTarget(
        **given.model_dump(exclude={"program", "indicator", "hospital"}), hospital_id=given.hospital,
        definition_id=definition.id, program_id=program.id, set_by_id=unit.actor.user_id, set_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "result.set_target", row)
    return row.id


@action("result.manage")
async def adopt_aims(unit: Unit, program_code: str) -> int:
    """Start a framework from the program's aims; returns how many indicators are new. Known codes stay as they are."""
    program = await program_run(unit, program_code)
    components = {code: await _component(unit, program.id, code.value, name) for code, name in COMPONENTS.items()}
    nodes: dict[Any, ResultNode] = {}
    for position, (code, seed) in enumerate(NODES.items()):
        parent = None if seed.parent is None else nodes[seed.parent].id
        fresh = ResultNode(
            program_id=program.id, component_id=components[seed.component].id, parent_id=parent, level=seed.level,
            code=code.value, title=seed.title, position=position,
        )  # fmt: skip
        nodes[code] = await _known_or_new(unit, ResultNode, fresh, "result.add_node")
    made = 0
    for aim, of in INDICATORS.items():
        fresh_one = IndicatorDefinition(
            program_id=program.id, node_id=nodes[of.node].id, code=aim.value, title=of.title, unit=of.unit,
            direction=of.direction, aggregation=of.aggregation, source_kind=of.source_kind, source=of.source,
            citation=of.citation, defined_by_id=unit.actor.user_id, defined_at=unit.started_at,
        )  # fmt: skip
        made += await _known_or_new(unit, IndicatorDefinition, fresh_one, "result.define") is fresh_one
    return made


async def _component(unit: Unit, program: UUID, code: str, name: str) -> ProgramComponent:
    fresh = ProgramComponent(program_id=program, code=code, name=name, position=list(COMPONENTS).index(code))  # type: ignore[arg-type]
    found: ProgramComponent = await _known_or_new(unit, ProgramComponent, fresh, "result.add_component")
    return found


async def _known_or_new(unit: Unit, model: Any, fresh: Any, verb: str) -> Any:
    known = await unit.scalar(
        select(model).where(col(model.program_id) == fresh.program_id, col(model.code) == fresh.code).limit(1)
    )
    if known is not None:
        return known
    unit.add(fresh)
    await unit.session.flush()
    audit.record(unit, verb, fresh)
    return fresh
