"""The profile's own rules F1 to F14, after the SDOH Clinical Care guide: what no schema and no list of codes can say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from coord.exchange.codes import EXPLAINED, FULFILL, NEXT, PROHIBITED, RESULT, RequestStatus, System, TaskStatus
from coord.exchange.documents import Tree
from coord.kernel.errors import Problem

_SHOWN_BEFORE = frozenset({TaskStatus.DRAFT, TaskStatus.REQUESTED, TaskStatus.REJECTED, TaskStatus.CANCELLED})
_IDENTITY = ("name", "telecom", "identifier", "address", "birthDate", "photo", "contact")


@dataclass(frozen=True, slots=True)
class Parts:
    """The one request and the one task of a bundle, with their paths, and everything by its full URL."""

    request: Tree
    request_path: str
    task: Tree
    task_path: str
    by_url: dict[str, tuple[str, Tree]]

    def found(self, reference: Any, kind: str) -> tuple[str, Tree] | None:
        """What a reference points at in the bundle, if it is of a kind."""
        url = reference.get("reference") if isinstance(reference, dict) else None
        path, tree = self.by_url.get(str(url), ("", {}))
        return (path, tree) if tree.get("resourceType") == kind else None


def parts_of(bundle: Tree) -> Parts | Problem:
    """The parts of a bundle, or what is wrong: it holds one ServiceRequest and one Task."""
    by_url: dict[str, tuple[str, Tree]] = {}
    by_kind: dict[str, list[tuple[str, Tree]]] = {"ServiceRequest": [], "Task": []}
    for number, entry in enumerate(bundle.get("entry", ())):
        path, resource = f"entry[{number}].resource", entry.get("resource", {})
        by_url[str(entry.get("fullUrl", ""))] = (path, resource)
        by_kind.setdefault(str(resource.get("resourceType")), []).append((path, resource))
    for kind in ("ServiceRequest", "Task"):
        if len(by_kind[kind]) != 1:
            return Problem("entry", "FHIR_ONE_OF_EACH", {"name": kind})
    (request_path, request), (task_path, task) = by_kind["ServiceRequest"][0], by_kind["Task"][0]
    return Parts(request, request_path, task, task_path, by_url)


def coded(concept: Any, system: str, code: str | None = None) -> str | None:
    """The code of a system in a concept, or None; with ``code``, that one only."""
    codings = concept.get("coding", ()) if isinstance(concept, dict) else ()
    found = (one.get("code") for one in codings if one.get("system") == system)
    return next((one for one in found if code in {None, one}), None)


def profile_problems(
    bundle: Tree, *, for_receiver: bool = False, before: TaskStatus | None = None
) -> Sequence[Problem]:
    """The rules that a bundle breaks, by their number.

    ``for_receiver``: it goes to the receiving side, which before it accepts gets a preview (F14). ``before``: the
    Task's status until now (F13).
    """
    parts = parts_of(bundle)
    if isinstance(parts, Problem):
        return [parts]
    found = [*_of_task(parts), *_of_sides(parts), *_of_result(parts), *_of_request(parts), *_of_consent(parts)]
    if before is not None and parts.task.get("status") not in {before, *NEXT[before]}:
        found.append(_rule(13, f"{parts.task_path}.status"))
    if for_receiver and parts.task.get("status") in _SHOWN_BEFORE:
        found += _of_preview(parts)
    return found


_RULES = {
    1: "FHIR_F1", 2: "FHIR_F2", 3: "FHIR_F3", 4: "FHIR_F4", 5: "FHIR_F5", 6: "FHIR_F6", 7: "FHIR_F7", 8: "FHIR_F8",
    9: "FHIR_F9", 10: "FHIR_F10", 11: "FHIR_F11", 12: "FHIR_F12", 13: "FHIR_F13", 14: "FHIR_F14",
}  # fmt: skip


def _rule(number: int, path: str) -> Problem:
    return Problem(path, _RULES[number])


def _of_task(parts: Parts) -> Iterator[Problem]:
    task, path = parts.task, parts.task_path
    if task.get("intent") != "order":
        yield _rule(1, f"{path}.intent")
    if coded(task.get("code"), System.TASK_CODE, FULFILL) is None:
        yield _rule(2, f"{path}.code")
    if task.get("status") not in set(TaskStatus):
        yield _rule(3, f"{path}.status")
    if parts.found(task.get("focus"), "ServiceRequest") is None:
        yield _rule(4, f"{path}.focus")
    reason = task.get("statusReason")
    if (reason is not None or task.get("status") in EXPLAINED) and not (reason or {}).get("text"):
        yield _rule(7, f"{path}.statusReason")


def _of_sides(parts: Parts) -> Iterator[Problem]:
    """For whom, by whom and when."""
    task, path = parts.task, parts.task_path
    subject = parts.request.get("subject", {}).get("reference")
    if subject is None or task.get("for", {}).get("reference") != subject or subject not in parts.by_url:
        yield _rule(5, f"{path}.for")
    for name in ("authoredOn", "requester"):
        if not task.get(name):
            yield _rule(6, f"{path}.{name}")


def _of_result(parts: Parts) -> Iterator[Problem]:
    """A completed Task has a result, and only its sender closes the request."""
    task, status = parts.task, parts.task.get("status")
    results = [one for one in task.get("output", ()) if coded(one.get("type"), System.TEMPORARY, RESULT)]
    proven = [
        one for one in results if one.get("valueReference") or (one.get("valueCodeableConcept") or {}).get("coding")
    ]
    if status == TaskStatus.COMPLETED and not proven:
        yield _rule(8, f"{parts.task_path}.output")
    if parts.request.get("status") == RequestStatus.COMPLETED and status != TaskStatus.COMPLETED:
        yield _rule(9, f"{parts.request_path}.status")


def _of_request(parts: Parts) -> Iterator[Problem]:
    details = parts.request.get("orderDetail", ())
    if sum(coded(one, System.TEMPORARY, PROHIBITED) is not None for one in details) > 1:
        yield _rule(10, f"{parts.request_path}.orderDetail")
    if bool(parts.task.get("partOf")) is not bool(parts.request.get("basedOn")):
        yield _rule(12, f"{parts.task_path}.partOf")


def _of_consent(parts: Parts) -> Iterator[Problem]:
    subject = parts.request.get("subject", {}).get("reference")
    for number, reference in enumerate(parts.request.get("supportingInfo", ())):
        if reference.get("type", "Consent") != "Consent":
            continue
        found = parts.found(reference, "Consent")
        if found is None:
            yield _rule(11, f"{parts.request_path}.supportingInfo[{number}]")
            continue
        path, consent = found
        marked = [one for one in consent.get("category", ()) if coded(one, System.ACT_CODE, "IDSCL")]
        fits = (
            len(marked) == 1
            and consent.get("patient", {}).get("reference") == subject
            and bool(consent.get("dateTime"))
            and len(consent.get("organization", ())) == 1
            and bool(consent.get("sourceReference") or consent.get("sourceAttachment"))
        )
        if not fits:
            yield _rule(11, path)


def _of_preview(parts: Parts) -> Iterator[Problem]:
    """Before acceptance the receiving side learns nobody's name, number or place, and no part of the packet."""
    for path, tree in parts.by_url.values():
        if tree.get("resourceType") == "Patient":
            yield from (_rule(14, f"{path}.{name}") for name in _IDENTITY if name in tree)
        elif tree.get("resourceType") in {"Practitioner", "RelatedPerson"}:
            yield _rule(14, path)
    for number, one in enumerate(parts.task.get("input", ())):
        if coded(one.get("type"), System.BLOCK) is not None:
            yield _rule(14, f"{parts.task_path}.input[{number}]")
