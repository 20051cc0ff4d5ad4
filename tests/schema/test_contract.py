"""The schema file is the schema, and holds its part of the promised contract."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    print_ast,
)

from schema.sdl import FILE, printed

CONTRACT = build_schema((Path(__file__).parent / "contract.graphql").read_text(encoding="utf-8"))
# What later steps of the product promise: referrals and releases.
LATER = {
    "Referral", "ReferralConnection", "ReferralEdge", "ReferralEvent", "ReferralFilter", "ReferralState",
    "ReferralDirection", "ReferralMoved", "ReferralResult", "ReferralFeedbackInput", "Urgency", "ClientSketch",
    "SendReferralInput", "RespondReferralInput", "RecordReferralContactInput", "ProtectedCount", "ProtectedRate",
    "CountStatus", "ImpactMeasures", "ImpactRow", "ImpactReport",
}  # fmt: skip
LATER_FIELDS = {
    "Query": {"referrals", "impactReport"},
    "Mutation": {
        "sendReferral", "acceptReferral", "declineReferral", "returnReferral", "withdrawReferral",
        "recordReferralContact", "sendReferralFeedback", "acknowledgeReferralFeedback",
    },
}  # fmt: skip


def _missing_fields(name: str, promised: Any, ours: Any) -> Iterator[str]:
    for field, want in promised.fields.items():
        if field in LATER_FIELDS.get(name, set()):
            continue
        have = ours.fields.get(field)
        if have is None:
            yield f"{name}.{field} is missing"
        elif str(have.type).replace("!", "") != str(want.type).replace("!", ""):
            yield f"{name}.{field} is {have.type}, not {want.type}"
        elif isinstance(promised, GraphQLInputObjectType):
            yield from _looser(f"{name}.{field}", want, have, is_input=True)
        else:
            yield from _looser(f"{name}.{field}", want, have, is_input=False)
            yield from _missing_arguments(f"{name}.{field}", want.args, have.args)


def _looser(place: str, want: Any, have: Any, *, is_input: bool) -> Iterator[str]:
    """Output may be stricter than promised, never looser; input exactly as promised."""
    promised, given = str(want.type), str(have.type)
    if is_input and (promised != given or _default(want) != _default(have)):
        yield f"{place} is {given} = {_default(have)}, not {promised} = {_default(want)}"
    elif promised.count("!") > given.count("!"):
        yield f"{place} is {given}, not {promised}"


def _default(argument: Any) -> str:
    """The default as the schema writes it."""
    return print_ast(argument.ast_node.default_value) if argument.ast_node.default_value else "nothing"


def _missing_arguments(place: str, promised: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    for name, want in promised.items():
        if name not in ours:
            yield f"{place}({name}:) is missing"
        else:
            yield from _looser(f"{place}({name}:)", want, ours[name], is_input=True)
    for name in ours.keys() - promised.keys():
        if str(ours[name].type).endswith("!"):
            yield f"{place}({name}:) is required but not promised"


def _differences(promised: GraphQLNamedType, ours: GraphQLNamedType | None) -> Iterator[str]:
    name = promised.name
    if type(ours) is not type(promised):
        yield f"{name} is {type(ours).__name__}, not {type(promised).__name__}"
    elif isinstance(promised, GraphQLEnumType) and isinstance(ours, GraphQLEnumType):
        yield from (f"{name}.{value} is missing" for value in promised.values.keys() - ours.values.keys())
    elif isinstance(promised, GraphQLUnionType) and isinstance(ours, GraphQLUnionType):
        missing = {t.name for t in promised.types} - {t.name for t in ours.types}
        yield from (f"{name} lacks {member}" for member in missing)
    elif isinstance(promised, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        yield from _missing_fields(name, promised, ours)
        if isinstance(promised, GraphQLObjectType) and isinstance(ours, GraphQLObjectType):
            missing = {i.name for i in promised.interfaces} - {i.name for i in ours.interfaces}
            yield from (f"{name} does not implement {interface}" for interface in missing)


def broken_promises(ours: GraphQLSchema) -> list[str]:
    """Every way in which a schema falls short of the contract."""
    promised = [t for name, t in CONTRACT.type_map.items() if not name.startswith("__") and name not in LATER]
    return [found for one in promised for found in _differences(one, ours.type_map.get(one.name))]


def test_the_schema_file_is_the_schema() -> None:
    assert FILE.read_text(encoding="utf-8") == printed()


def test_the_schema_keeps_every_promise_of_the_contract() -> None:
    assert broken_promises(build_schema(printed())) == []


def test_a_renamed_field_a_looser_output_and_a_lost_default_are_found() -> None:
    ours = printed().replace("totalCount: Int!", "totalCount: Int").replace("birthYear", "bornIn")
    changed = ours.replace("anonymousCount: Int = 0", "anonymousCount: Int")
    found = broken_promises(build_schema(changed))
    assert "Client.birthYear is missing" in found
    assert "ClientConnection.totalCount is Int, not Int!" in found
    assert any(one.startswith("LogServiceContactInput.anonymousCount is Int") for one in found)


def test_every_type_is_described_in_chinese_and_english() -> None:
    ours = build_schema(printed())
    plain = {"Boolean", "Float", "ID", "Int", "String"}
    described = {
        name: found.description or ""
        for name, found in ours.type_map.items()
        if not name.startswith("__") and name not in plain and not name.endswith(("Edge", "Connection", "Result"))
    }
    without = {n for n, text in described.items() if not any("\u4e00" <= c <= "\u9fff" for c in text)}
    assert without == set()
