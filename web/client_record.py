"""The record of one person: what the form asks for beyond name and phone, and what is still missing."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.clients.codes import CaseSource, ClientFact, HouseholdType, IdType, InsuranceType
from coord.clients.record.lacking import facts_lacking
from coord.clients.record.reads import records
from coord.kernel.clock import today
from coord.kernel.errors import NotFound
from coord.work import begin
from web.desk import Options, about, id_of, options
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import HOME_ZONE, speak, t

_CODES = {
    "gender": "gender",
    "id_type": "id_type",
    "insurance_type": "insurance_type",
    "household_type": "household_type",
    "source": "case_source",
}
_ORDER = (
    "alias", "birth_date", "id_type", "id_number_end", "guardian", "emergency_contact", "source", "source_org",
    "insurance_type", "household_type", "mrn", "diagnosis", "first_diagnosed_on",
)  # fmt: skip


def lacks(facts: Iterable[ClientFact]) -> str:
    """What a file lacks, in words; empty for a complete one."""
    return t("foundation.list").join(t(f"corrected_field.{fact}") for fact in facts)


def record_choices() -> Mapping[str, Options]:
    """What can be chosen in the fields of a record."""
    return {
        "id_type": options("id_type", IdType),
        "insurance_type": options("insurance_type", InsuranceType),
        "household_type": options("household_type", HouseholdType),
        "source": options("case_source", CaseSource),
    }


async def page(request: Request) -> Response:
    """The record; reading it is on the trail. Raises ``NotFound`` for others' clients."""
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request)) as unit:
        card = (await cards(unit, [client])).get(client)
        if card is None:
            raise NotFound
        record = (await records(unit, [client])).get(client)
        lacking = (await facts_lacking(unit, [client])).get(client, ())
    context = {
        "card": card,
        "about": about(card, today(HOME_ZONE)),
        "facts": [(t(f"corrected_field.{name.upper()}"), _said(name, record)) for name in _ORDER],
        "lacks": lacks(lacking),
    }
    return render(request, "clients/record.html", context)


def _said(name: str, record: Mapping[str, Any] | None) -> str:
    said = None if record is None else record[name]
    return "" if said is None else str(said_of(name, said))


def said_of(name: str, said: Any) -> Any:
    """What a field says, codes in words."""
    return t(f"{_CODES[name]}.{said}") if name in _CODES else said


ROUTES = [signed_in("/clients/{client}/record", page)]
