"""A partner's bundle as a new referral or as a move of one, through the same actions as everybody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlmodel import col

from coord.clients import register_by_code
from coord.clients.tables import Client
from coord.exchange.codes import TASK_OF
from coord.exchange.documents import Tree, from_json, from_xml, tree_of
from coord.exchange.facts import Exchanged
from coord.exchange.inputs import VERSION, TakeBundle
from coord.exchange.layers import code_problems, schema_problems
from coord.exchange.moving import Said, move_to, packet_of
from coord.exchange.profile import profile_problems
from coord.exchange.reading import facts_of, why_in_words
from coord.exchange.steps import step_to
from coord.exchange.tables import LONGEST, ReferralIdentifier
from coord.kernel.errors import Invalid, NotFound, Problem, TooOften
from coord.kernel.sql import select
from coord.organizations import organization_by_code
from coord.programs.tables import Program
from coord.referrals import SendReferral, send_referral
from coord.referrals.codes import ReferralState
from coord.referrals.sending import Moved
from coord.referrals.tables import Referral
from coord.work import Unit, action

_BEGINS = frozenset({ReferralState.DRAFT, ReferralState.SENT})
_PATHS: Mapping[str, str] = {
    "client": "Patient.identifier",
    "consent": "ServiceRequest.supportingInfo",
    "idempotency_key": "ServiceRequest.identifier",
    "note": "Task.statusReason",
    "outcome": "Task.output",
    "parent": "ServiceRequest.basedOn",
    "reason": "ServiceRequest.reasonCode",
    "reason_code": "Task.statusReason",
    "referral": "Task.status",
    "service_contact": "Task.output",
    "target": "Task.owner",
}
"""Where in a bundle the fields of our own inputs stand."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a bundle."""

    referral_id: UUID
    was_new: bool
    has_changed: bool


@action("referral.exchange")
async def take_bundle(unit: Unit, given: TakeBundle) -> Taken:
    """Take a bundle: once for each identifier of the partner's; the same again changes nothing.

    Raises ``Invalid`` with the paths of what is wrong, ``NotFound`` for what the actor may not see, ``Conflict`` when
    the referral has moved on.
    """
    tree = checked(given)
    said = Said(facts_of(tree), why_in_words(tree))
    known = await _known(unit, said.facts)
    try:
        if known is None:
            return await _create(unit, said.facts)
        return await _update(unit, tree, said, known)
    except TooOften:
        raise
    except Invalid as refusal:
        raise Invalid(*map(_in_the_bundle, refusal.problems)) from None


def checked(given: TakeBundle) -> Tree:
    """The bundle, right in all three layers; layer by layer, as one builds on the other. Raises ``Invalid``."""
    if given.version not in {None, VERSION, f"{VERSION}.1"}:
        raise Invalid(Problem("", "FHIR_VERSION", {"version": str(given.version)}))
    root = from_json(given.content) if given.form == "json" else from_xml(given.content)
    _refuse(schema_problems(root))
    tree = tree_of(root)
    if tree["resourceType"] != "Bundle":
        raise Invalid(Problem("resourceType", "FHIR_NO_BUNDLE"))
    _refuse(code_problems(tree))
    _refuse(profile_problems(tree))
    return tree


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Invalid(*problems)


def _in_the_bundle(problem: Problem) -> Problem:
    return Problem(_PATHS.get(problem.field, problem.field), problem.code, problem.arguments)


async def _known(unit: Unit, facts: Exchanged) -> UUID | None:
    """The referral that a bundle is about: by our id, or by a partner's identifier under the sender's name."""
    if facts.id is not None:
        return (await unit.find(Referral, facts.id)).id
    if not facts.identifiers:
        raise Invalid(Problem("ServiceRequest.identifier", "FHIR_NO_IDENTIFIER"))
    if any(len(part) > LONGEST for pair in facts.identifiers for part in pair):
        raise Invalid(Problem("ServiceRequest.identifier", "TOO_LONG", {"limit": LONGEST}))
    source = await _organization(unit, facts.source.code, "Task.requester")
    for system, value in facts.identifiers:
        statement = select(ReferralIdentifier.referral_id).where(
            col(ReferralIdentifier.source_id) == source,
            col(ReferralIdentifier.system) == system,
            col(ReferralIdentifier.value) == value,
        )
        if (found := await unit.scalar(statement)) is not None:
            return UUID(str(found))
    return None


async def _organization(unit: Unit, code: str, path: str) -> UUID:
    try:
        found: UUID = (await organization_by_code(unit, code))["id"]
    except NotFound:
        raise Invalid(Problem(path, "NO_SUCH_ORGANIZATION")) from None
    return found


async def _create(unit: Unit, facts: Exchanged) -> Taken:
    if facts.state not in _BEGINS:
        raise Invalid(Problem("Task.status", "FHIR_BEGINS_REQUESTED"))
    source = await _organization(unit, facts.source.code, "Task.requester")
    target = await _organization(unit, facts.target.code, "Task.owner")
    client, program = await _client(unit, facts, source)
    key = uuid5(source, "\n".join(facts.identifiers[0]))
    given = SendReferral.parse({
        **packet_of(facts), "idempotency_key": key, "program": program, "client": client, "target": target,
        "need": facts.need, "kind": facts.kind, "direction": facts.direction, "parent": facts.parent,
        "draft": facts.state is ReferralState.DRAFT,
    })  # fmt: skip
    made: Moved = await send_referral(unit, given)
    if not made.replayed:
        rows = [ReferralIdentifier(referral_id=made.referral_id, source_id=source, system=system, value=value)
                for system, value in facts.identifiers]  # fmt: skip
        await unit.session.flush()
        unit.add(*rows)
    return Taken(made.referral_id, was_new=not made.replayed, has_changed=not made.replayed)


async def _client(unit: Unit, facts: Exchanged, source: UUID) -> tuple[UUID, str]:
    """The client of the sender's register, and the program; nobody is registered by a bundle."""
    code = None if facts.person is None else facts.person.code
    found = {} if code is None else await register_by_code(unit, source, [code])
    if code is None or code not in found:
        raise Invalid(Problem("Patient.identifier", "FHIR_UNKNOWN_CLIENT"))
    client = await unit.find(Client, found[code])
    return client.id, (await unit.find(Program, client.program_id)).code


async def _update(unit: Unit, tree: Tree, said: Said, referral_id: UUID) -> Taken:
    referral = await unit.find(Referral, referral_id)
    event = step_to(referral.state, said.facts)
    if event is None:
        return Taken(referral_id, was_new=False, has_changed=False)
    _refuse(profile_problems(tree, before=TASK_OF[referral.state]))
    await move_to(unit, referral, event, said)
    return Taken(referral_id, was_new=False, has_changed=True)
