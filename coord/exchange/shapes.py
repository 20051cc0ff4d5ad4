"""The shapes of FHIR R4 as its official XML schema has them: which elements a type has, in which order.

FHIR's JSON and XML say the same thing; XML alone has an order, and the schema alone knows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

FHIR, XHTML = "http://hl7.org/fhir", "http://www.w3.org/1999/xhtml"
_XS = "{http://www.w3.org/2001/XMLSchema}"
_FOLDER = Path(__file__).parent / "schemas"
RESOURCE = "ResourceContainer"


class Element(NamedTuple):
    """One element of a type; several may follow each other where ``many``."""

    kind: str
    many: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A type: its elements in order; a primitive has a value and, like every data type, an id as an attribute."""

    elements: Mapping[str, Element]
    is_primitive: bool
    has_id_attribute: bool


@lru_cache(maxsize=1)
def _document() -> etree._ElementTree:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    return etree.parse(str(_FOLDER / "fhir-single.xsd"), parser)


@lru_cache(maxsize=1)
def schema() -> etree.XMLSchema:
    """The official schema, read once (a fifth of a second)."""
    return etree.XMLSchema(_document())


@lru_cache(maxsize=1)
def _types() -> Mapping[str, etree._Element]:
    return {str(found.get("name")): found for found in _document().getroot().findall(f"{_XS}complexType")}


@lru_cache(maxsize=1)
def resources() -> frozenset[str]:
    """The names of all resources."""
    found = _types()[RESOURCE].iter(f"{_XS}element")
    return frozenset(str(one.get("ref")) for one in found)


@cache
def shape_of(kind: str) -> Shape:
    """The shape of a type of the schema, with what it has from its base. Raises ``KeyError`` for another name."""
    found = _types()[kind]
    extension = found.find(f".//{_XS}extension")
    base = None if extension is None else str(extension.get("base"))
    inherited = shape_of(base) if base in _types() else Shape({}, is_primitive=False, has_id_attribute=False)
    own: dict[str, Element] = {}
    for element in found.iter(f"{_XS}element"):
        name = element.get("name")
        many = _repeats(element, found)
        if name is not None:
            own[name] = Element(str(element.get("type")), many)
    attributes = {str(one.get("name")) for one in found.iter(f"{_XS}attribute")}
    return Shape(
        elements={**inherited.elements, **own},
        is_primitive=inherited.is_primitive or "value" in attributes,
        has_id_attribute=inherited.has_id_attribute or "id" in attributes,
    )


def _repeats(element: etree._Element, root: etree._Element) -> bool:
    """Whether an element, or a group around it, may come more than once."""
    at: etree._Element | None = element
    while at is not None and at is not root:
        if at.get("maxOccurs", "1") != "1":
            return True
        at = at.getparent()
    return False
