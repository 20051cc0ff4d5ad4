"""FHIR documents as bytes and as trees of JSON. What strangers send is measured before it is read.

No document type, no entity, no network, no depth without end; narratives are left out, as nobody here reads them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from lxml import etree

from coord.exchange.shapes import FHIR, RESOURCE, Shape, resources, shape_of
from coord.kernel.errors import Invalid, Problem

MAX_BYTES, MAX_DEPTH, MAX_NODES = 1_000_000, 32, 20_000
JSON, XML = "application/fhir+json", "application/fhir+xml"
Tree = Mapping[str, Any]
_NS = f"{{{FHIR}}}"
_WHOLE = frozenset({"integer", "positiveInt", "unsignedInt"})


def _too_large(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise Invalid(Problem("", "FHIR_TOO_LARGE", {"limit": MAX_BYTES // 1000}))


def _measured(value: Any) -> Any:
    """The same value. Raises ``Invalid`` when it is too deep or has too many parts."""
    left, waiting = MAX_NODES, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        left -= 1
        if depth > MAX_DEPTH or left < 0:
            raise Invalid(Problem("", "FHIR_TOO_DEEP", {"limit": MAX_DEPTH}))
        children = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((child, depth + 1) for child in children)
    return value


def from_json(content: bytes) -> etree._Element:
    """A resource in JSON as its XML, in the schema's order. Raises ``Invalid`` with the path of what does not fit."""
    _too_large(content)
    try:
        found = _measured(orjson.loads(content))
    except orjson.JSONDecodeError:
        raise Invalid(Problem("", "FHIR_UNREADABLE")) from None
    return xml_of(found)


def from_xml(content: bytes) -> etree._Element:
    """A resource in XML. Raises ``Invalid``; a document type is refused before anything is read."""
    _too_large(content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Invalid(Problem("", "FHIR_DOCUMENT_TYPE"))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Invalid(Problem("", "FHIR_UNREADABLE")) from None
    # Another encoding could have hidden it from the look at the bytes.
    if root.getroottree().docinfo.doctype:
        raise Invalid(Problem("", "FHIR_DOCUMENT_TYPE"))
    _measure_xml(root)
    return root


def _measure_xml(root: etree._Element) -> None:
    depth = 0
    for number, (event, _) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH or number > 2 * MAX_NODES:
            raise Invalid(Problem("", "FHIR_TOO_DEEP", {"limit": MAX_DEPTH}))


def to_json(tree: Tree) -> bytes:
    """A tree as JSON."""
    return orjson.dumps(tree)


def to_xml(tree: Tree) -> bytes:
    """A tree as XML. Raises ``Invalid`` as ``xml_of`` does."""
    content: bytes = etree.tostring(xml_of(tree), xml_declaration=True, encoding="UTF-8")
    return content


def xml_of(tree: Any) -> etree._Element:
    """A resource as XML. Raises ``Invalid`` for what the schema does not know."""
    problems: list[Problem] = []
    kind = tree.get("resourceType") if isinstance(tree, dict) else None
    if not isinstance(kind, str) or kind not in resources():
        raise Invalid(Problem("resourceType", "FHIR_ELEMENT", {"name": str(kind)[:40]}))
    root = etree.Element(_NS + kind, nsmap={None: FHIR})
    _fill(root, kind, tree, "", problems)
    if problems:
        raise Invalid(*problems)
    return root


def _fill(node: etree._Element, kind: str, value: Tree, path: str, problems: list[Problem]) -> None:
    shape = shape_of(kind)
    for name in value:
        known = name in shape.elements or name in {"resourceType", "text"} or name.startswith("_")
        if not known and not (name == "id" and shape.has_id_attribute):
            problems.append(Problem(f"{path}{name}", "FHIR_ELEMENT", {"name": name[:40]}))
    if shape.has_id_attribute and isinstance(value.get("id"), str):
        _put_attribute(node, "id", value["id"], path, problems)
    for name, element in shape.elements.items():
        if name not in value or (name == "text" and element.kind == "Narrative"):
            continue
        found = value[name]
        if isinstance(found, list) is not element.many:
            problems.append(Problem(f"{path}{name}", "FHIR_NOT_A_LIST" if element.many else "FHIR_A_LIST"))
            continue
        for number, one in enumerate(found if isinstance(found, list) else [found]):
            here = f"{path}{name}[{number}]" if element.many else f"{path}{name}"
            _put(node, name, element.kind, one, here, problems)


def _put(node: etree._Element, name: str, kind: str, value: Any, path: str, problems: list[Problem]) -> None:
    child = etree.SubElement(node, _NS + name)
    if kind == RESOURCE:
        inner = value.get("resourceType") if isinstance(value, dict) else None
        if not isinstance(inner, str) or inner not in resources():
            problems.append(Problem(f"{path}.resourceType", "FHIR_ELEMENT", {"name": str(inner)[:40]}))
            return
        _fill(etree.SubElement(child, _NS + inner), inner, value, f"{path}.", problems)
    elif shape_of(kind).is_primitive:
        if isinstance(value, bool):
            _put_attribute(child, "value", "true" if value else "false", path, problems)
        elif isinstance(value, str | int | float):
            _put_attribute(child, "value", str(value), path, problems)
        else:
            problems.append(Problem(path, "FHIR_NOT_A_VALUE"))
    elif isinstance(value, dict):
        _fill(child, kind, value, f"{path}.", problems)
    else:
        problems.append(Problem(path, "FHIR_NOT_AN_OBJECT"))


def _put_attribute(node: etree._Element, name: str, value: str, path: str, problems: list[Problem]) -> None:
    try:
        node.set(name, value)
    except ValueError:
        problems.append(Problem(path, "CONTROL_CHARACTERS"))


def tree_of(root: etree._Element) -> Tree:
    """A resource in XML, which the schema found valid, as its JSON."""
    kind = etree.QName(root).localname
    return {"resourceType": kind, **_members(root, shape_of(kind))}


def _members(node: etree._Element, shape: Shape) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if shape.has_id_attribute and (own := node.get("id")) is not None:
        found["id"] = own
    for name, child in _children(node):
        element = shape.elements[name]
        if element.kind == "Narrative":
            continue
        value = _value(child, element.kind)
        if element.many:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _children(node: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    return ((etree.QName(child).localname, child) for child in node if isinstance(child.tag, str))


def _value(node: etree._Element, kind: str) -> Any:
    if kind == RESOURCE:
        return tree_of(node[0])
    shape = shape_of(kind)
    if not shape.is_primitive:
        return _members(node, shape)
    text = str(node.get("value") or "")
    if kind == "boolean":
        return text == "true"
    return int(text) if kind in _WHOLE else text
