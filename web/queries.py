"""The GraphQL query behind a figure that a page shows, and the address at which the explorer opens with it.

Every query that a page writes is written here; the saved ones stand beside the explorer.
"""

from base64 import b64encode
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from coord.measures import MeasureQuery
from coord.releases.codes import SHARES
from web.foundation import address

EXPLORER = "/graphql"


class Part(StrEnum):
    """A part of a report, as the API names it."""

    TOTAL = "total"
    HOSPITALS = "rows"
    PEOPLE = "profile"


_KEYS = {Part.HOSPITALS: "key { key label } ", Part.PEOPLE: "sex ageBand "}


def explorer(text: str) -> str:
    """The explorer with a query in front, ready to run."""
    return address(EXPLORER, open=text)


def measures_query(given: MeasureQuery, fields: Sequence[str]) -> str:
    """The query that gives these numbers."""
    asked = [f'program: "{given.program}"', f'from: "{given.from_day}"', f'to: "{given.to_day}"']
    if given.group_by:
        asked.append(f"groupBy: [{', '.join(given.group_by)}]")
    if given.hospitals is not None:
        asked.append(f"hospitals: [{', '.join(map(_outside, given.hospitals))}]")
    figures = " ".join(fields)
    rows = [f"rows {{ key {{ dimension key label }} measures {{ {figures} }} }}"] if given.group_by else []
    return _document("measures", asked, ["asOf countingRuleVersion", f"total {{ {figures} }}", *rows])


def impact_query(
    program: str, period: str, figures: Sequence[str], *parts: Part, hospitals: Sequence[UUID] | None = None
) -> str:
    """The query that gives these published figures, for the whole, by hospital or by people; for some hospitals only."""
    asked = [f'program: "{program}"', f'period: "{period}"']
    if Part.HOSPITALS in parts:
        asked.append("groupBy: [HOSPITAL]")
    if hospitals is not None:
        asked.append(f"hospitals: [{', '.join(map(_outside, hospitals))}]")
    return _document("impactReport", asked, ["releaseId", *(_part(part, figures) for part in parts)])


def _part(part: Part, figures: Sequence[str]) -> str:
    if part is Part.TOTAL:
        whole = " numerator { value } denominator { value }"
        return f"total {{ {' '.join(_published(figure, whole) for figure in figures)} }}"
    # A rate of every line with its parts would cost more than one document may.
    said = " ".join(_published(figure, "") for figure in figures)
    return f"{part} {{ {_KEYS[part]}measures {{ {said} }} }}"


def _published(figure: str, whole: str) -> str:
    return (
        f"{api_name(figure)} {{{whole} percent status }}"
        if figure in SHARES
        else f"{api_name(figure)} {{ value status }}"
    )


def _document(field: str, asked: Sequence[str], selected: Sequence[str]) -> str:
    inner = "\n".join(f"    {line}" for line in selected)
    return f"{{\n  {field}({', '.join(asked)}) {{\n{inner}\n  }}\n}}\n"


def _outside(hospital: UUID) -> str:
    """A hospital's id as the API knows it; a test compares with the API's own."""
    return f'"{b64encode(f"Organization:{hospital}".encode()).decode()}"'


def api_name(measure: str) -> str:
    """A measure's name in the API: ``person_times`` is ``personTimes`` there."""
    if measure == "identified_heads":
        return "identifiedShare"
    head, *rest = measure.split("_")
    return head + "".join(part.capitalize() for part in rest)
