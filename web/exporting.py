"""Lists as files for spreadsheets: exactly what the page with the same address shows, all pages of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.sheets import Cell
from coord.measures.exporting import export_contacts, export_hospitals, export_measures
from coord.measures.ratios import QUANTILES, RATIOS
from coord.placements import filter_choices
from coord.work import begin
from web.contacts import filter_of
from web.downloads import table_file
from web.forms import query_form
from web.foundation import cap, scope_of, word_of
from web.hospitals import asked_month, matching, of_standing
from web.numbers import EVERY_COLUMN, asked_of, head_of, with_defaults
from web.page import language_of
from web.routes import heavy
from web.session import actor_of
from web.words import speak, t

Lines = Sequence[Sequence[Cell]]
_CONTACT: Mapping[str, str] = {
    "occurred_on": "contacts.day", "hospital.code": "export.hospital_code", "hospital.name": "dimension.HOSPITAL",
    "client.code": "contacts.client", "service_code": "dimension.SERVICE_CODE", "stage": "dimension.STAGE",
    "target": "dimension.TARGET", "attendance": "export.attendance", "duration_minutes": "export.minutes",
    "heads_present": "export.heads", "family_present": "export.family", "person_times": "measure.person_times",
    "worker.display_name": "contacts.worker", "source": "export.source", "recorded_at": "export.recorded_at",
}  # fmt: skip
_CODED = {"service_code", "stage", "target", "attendance", "source"}


def _cell(path: str, value: Any) -> Cell:
    if value is None:
        return None
    return cap(t(f"{path}.{value}")) if path in _CODED else value


async def contacts(request: Request) -> Response:
    """The contacts of a filter."""
    speak(language_of(request))
    form = query_form(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("contact.export")
        scope = await scope_of(unit, form)
        given = filter_of(form, scope, await filter_choices(unit, scope.code))
        rows = await export_contacts(unit, given)
    head = [cap(t(key)) for key in _CONTACT.values()]
    lines = [[_cell(path, row[path]) for path in _CONTACT] for row in rows]
    return await table_file(t("contacts.title"), request.path_params["kind"], [head, *lines], about_people=True)


async def hospitals(request: Request) -> Response:
    """The hospitals of a month, worst first."""
    speak(language_of(request))
    form = query_form(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("contact.export")
        scope = await scope_of(unit, form)
        query, _ = asked_month(form, scope)
        progress = await export_hospitals(unit, query)
    head = ["export.hospital_code", "dimension.HOSPITAL", "dimension.PROVINCE", "hospitals.standing",
            "hospitals.completeness", "hospitals.person_times", "hospitals.vacant", "hospitals.last_record"]  # fmt: skip
    lines = [
        [p.code, p.name, p.province, cap(t(f"standing.{p.standing}")), round(p.completeness, 3),
         p.monthly_person_times[-1], p.vacant_posts, p.last_report_on]
        for p in of_standing(matching(progress, form), form)
    ]  # fmt: skip
    return await table_file(t("hospitals.title"), request.path_params["kind"], [[cap(t(key)) for key in head], *lines])


async def numbers(request: Request) -> Response:
    """All measures of a query, the total first."""
    speak(language_of(request))
    form = query_form(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("contact.export")
        scope = await scope_of(unit, form)
        asked = asked_of(with_defaults(form, scope), scope, await filter_choices(unit, scope.code))
        table = await export_measures(unit, asked.query)
    by = asked.query.group_by
    words = [[word_of(value.dimension, value.key, value.name) for value in row.key] for row in table.rows]
    total = [t("numbers.total"), *[None] * (len(by) - 1)] if by else []
    lines: list[Sequence[Cell]] = [
        [*(cap(t(f"dimension.{dimension}")) for dimension in by), *map(head_of, EVERY_COLUMN)],
        [*total, *_figures(table.total, table.quantiles)],
        *([*word, *_figures(row.figures, row.quantiles)] for word, row in zip(words, table.rows, strict=True)),
    ]
    return await table_file(t("numbers.title"), request.path_params["kind"], lines)


def _figures(figures: Mapping[str, int], quantiles: Mapping[str, int | None]) -> Sequence[Cell]:
    def one(name: str) -> Cell:
        if name in QUANTILES:
            return quantiles.get(name)
        ratio = RATIOS.get("identified_share" if name == "identified_heads" else name)
        if ratio is None:
            return figures[name]
        value = ratio.of(figures)
        return None if value is None else round(value, 4)

    return [one(name) for name in EVERY_COLUMN]


ROUTES = [
    heavy("/export/contacts.{kind}", contacts),
    heavy("/export/hospitals.{kind}", hospitals),
    heavy("/export/numbers.{kind}", numbers),
]
