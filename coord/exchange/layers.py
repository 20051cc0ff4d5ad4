"""Three layers of checking, each blind to what the others see: the schema, the lists of codes, the profile's rules.

A problem's field is the path of what is wrong, as in ``entry[1].resource.status``.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from coord.clients.consents.codes import DataCategory
from coord.exchange.codes import PRIORITY_OF, URGENCY_OF, RequestStatus, System, TaskStatus
from coord.exchange.documents import Tree
from coord.exchange.shapes import schema
from coord.kernel.errors import Problem
from coord.organizations.tables import OrganizationKind
from coord.referrals.codes import (
    ReferralDirection,
    ReferralKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralRelation,
    ReferralState,
)

_MOST = 20
LISTS: Mapping[str, frozenset[str]] = {
    System.TASK_CODE: frozenset({"approve", "fulfill", "abort", "replace", "change", "suspend", "resume"}),
    System.TEMPORARY: frozenset({
        "contacting-subject-prohibited", "resulting-activity", "additional-content", "sdoh-category-unspecified",
        "financial-insecurity", "employment-status", "educational-attainment", "housing-instability", "homelessness",
        "inadequate-housing", "social-connection", "stress", "food-insecurity", "transportation-insecurity",
        "material-hardship", "medical-cost-burden", "health-insurance-coverage-status", "no-capacity", "capacity",
        "waitlist", "additional-assessment-required", "enrolled", "not-enrolled", "not-enrolled-on-waitlist",
    }),
    System.STATE: frozenset(ReferralState),
    System.KIND: frozenset(ReferralKind),
    System.DIRECTION: frozenset(ReferralDirection),
    System.NEED: frozenset(ReferralNeed),
    System.REASON: frozenset(ReferralReason),
    System.OUTCOME: frozenset(ReferralOutcome),
    System.RELATION: frozenset({"relation", *ReferralRelation}),
    System.BLOCK: frozenset(DataCategory),
    System.SKETCH: frozenset({"age-band", "district"}),
    System.ORGANIZATION_KIND: frozenset(OrganizationKind),
}  # fmt: skip
"""The closed lists: of the guide's temporary codes, those that this exchange uses or may be sent."""
_STATUSES: Mapping[str, frozenset[str]] = {
    "Task": frozenset(TaskStatus),
    "ServiceRequest": frozenset(RequestStatus),
}
_PRIORITIES = frozenset(URGENCY_OF) | frozenset(PRIORITY_OF.values())


def schema_problems(root: etree._Element) -> Sequence[Problem]:
    """What the official XML schema refuses."""
    checker = schema()
    if checker.validate(root):
        return []
    found = list(checker.error_log)[:_MOST]
    return [Problem(_path(error.path or "", root), "FHIR_SCHEMA") for error in found]


def _path(given: str, root: etree._Element) -> str:
    """A place as the JSON has it: lists are counted from 0, and a resource is part of its holder."""
    nodes = root.getroottree().xpath(given) if given else []
    node: etree._Element | None = nodes[0] if isinstance(nodes, list) and nodes else None
    steps: list[str] = []
    while node is not None and node is not root:
        name, parent = etree.QName(node).localname, node.getparent()
        alike = [] if parent is None else [one for one in parent if one.tag == node.tag]
        if not name[:1].isupper():
            steps.append(f"{name}[{alike.index(node)}]" if len(alike) > 1 or name == "entry" else name)
        node = parent
    return ".".join(reversed(steps))


def code_problems(tree: Tree) -> Sequence[Problem]:
    """Codes that do not stand in the list that they name, and statuses that a referral does not have."""
    return list(_codes(tree, ""))


def _codes(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _codes(one, f"{path}[{number}]")
    elif isinstance(value, dict):
        yield from _own_codes(value, path)
        for name, inner in value.items():
            yield from _codes(inner, f"{path}.{name}" if path else name)


def _own_codes(value: Tree, path: str) -> Iterator[Problem]:
    system, code = value.get("system"), value.get("code")
    if system in LISTS and code is not None and code not in LISTS[str(system)]:
        yield Problem(f"{path}.code", "FHIR_CODE", {"code": str(code)[:40]})
    kind = str(value.get("resourceType"))
    if kind not in _STATUSES:
        return
    if value.get("status") not in _STATUSES[kind]:
        yield Problem(f"{path}.status", "FHIR_CODE", {"code": str(value.get("status"))[:40]})
    if value.get("priority", "routine") not in _PRIORITIES:
        yield Problem(f"{path}.priority", "FHIR_CODE", {"code": str(value.get("priority"))[:40]})
