"""Partner hospitals: which are behind, worst first; and the same numbers for one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.contacts import ContactFilter, contacts_on_page
from coord.kernel.errors import Invalid, NotFound
from coord.kernel.text import narrow
from coord.measures import (
    HospitalProgress,
    ProgressQuery,
    Standing,
    hospital_posts,
    hospital_progress,
    open_flags_by_hospital,
    person_times_of,
)
from coord.programs.calendars import missing_calendars
from coord.work import Unit, begin
from web.charts import meter
from web.figures import spark_of
from web.forms import Form, query_form
from web.foundation import Scope, address, cap, export_links, last_day, scope_of
from web.monthly import MonthNumbers, month_numbers, province_picture, year_by_service
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

TONES: Mapping[Standing, str] = {Standing.BEHIND: "bad", Standing.WATCH: "warn", Standing.ON_TRACK: "ok"}
_LATEST = 10
_SHOWN = (
    "occurred_on", "service_code", "target", "client.code", "group.name", "worker.display_name",
    "duration_minutes", "attendance", "heads_present",
)  # fmt: skip


def asked_month(form: Form, scope: Scope) -> tuple[ProgressQuery, Form]:
    """The month that is asked for; a month that is none is said so beside the running one."""
    try:
        return ProgressQuery.parse({"program": scope.code, "month": form.value("month")}), form
    except Invalid as refusal:
        return ProgressQuery(program=scope.code), form.refused(refusal)


def matching(progress: Sequence[HospitalProgress], form: Form) -> Sequence[HospitalProgress]:
    """Those of a province whose name, pinyin, initials or code holds what was typed."""
    province, typed = form.value("province"), narrow(form.value("q")).replace(" ", "").lower()
    return [p for p in progress if (not province or p.province == province) and typed in p.search_text]


def of_standing(found: Sequence[HospitalProgress], form: Form) -> Sequence[HospitalProgress]:
    """Those of the chosen status; all of them where none is chosen."""
    chosen = form.value("standing")
    return [p for p in found if p.standing == chosen] if chosen in set(Standing) else found


def _kept(form: Form, query: ProgressQuery) -> Mapping[str, Any]:
    return {"program": query.program, "month": query.month, "province": form.value("province"), "q": form.value("q")}


def _tabs(found: Sequence[HospitalProgress], form: Form, query: ProgressQuery) -> Sequence[tuple[Any, ...]]:
    """Worst first, all at the end: word, count, address, whether it is the current one."""
    counts = Counter(p.standing for p in found)
    chosen = form.value("standing")
    kept = _kept(form, query)
    tabs = [
        (cap(t(f"standing.{s}")), counts[s], address("/hospitals", standing=s, **kept), chosen == s)
        for s in (Standing.BEHIND, Standing.WATCH, Standing.ON_TRACK)
    ]
    return [*tabs, (cap(t("hospitals.all")), len(found), address("/hospitals", **kept), chosen not in set(Standing))]


def _lines(
    shown: Sequence[HospitalProgress], flags: Mapping[Any, int], scope: Scope, month: str
) -> Sequence[Mapping[str, Any]]:
    """What a row of the table shows."""
    days = {"program": scope.code, "from_day": f"{month}-01", "to_day": last_day(month)}
    return [
        {
            "hospital": p,
            "tone": TONES[p.standing],
            "meter": meter(p.completeness, TONES[p.standing]),
            "spark": spark_of(p.name, p.monthly_person_times, small=True),
            "flags": flags.get(p.hospital_id, 0),
            "href": address(f"/hospitals/{p.code}", program=scope.code, month=month),
            "rows": address("/numbers/rows", measure="person_times", HOSPITAL=p.code, **days),
            "quality": address("/quality", program=scope.code, hospital=p.code),
        }
        for p in shown
    ]


async def index(request: Request) -> Response:
    """The list, worst first, with the program's numbers above and beside it."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    async with begin(actor, read_only=True) as unit:
        actor.require("hospital.follow")
        scope = await scope_of(unit, form)
        query, form = asked_month(form, scope)
        progress = await hospital_progress(unit, query)
        flags = await open_flags_by_hospital(unit, scope.code)
        numbers = await month_numbers(unit, scope, query)
        tiles, provinces = await province_picture(unit, numbers, progress)
        calendars = await missing_calendars(unit)
    found = matching(progress, form)
    context = {
        **_frame(scope, form, numbers),
        "exports": export_links(actor, "hospitals", {**_kept(form, query), "standing": form.value("standing")}),
        "tabs": _tabs(found, form, query),
        "lines": _lines(of_standing(found, form), flags, scope, numbers.month),
        "tiles": [*numbers.tiles(), numbers.behind(Counter(p.standing for p in progress), len(progress))],
        "provinces": sorted(place.name for place in provinces),
        "count": len(progress),
        "by_service": numbers.by_service(),
        "by_province": (tiles, provinces),
        "calendars": calendars,
    }
    return render(request, "hospitals/index.html", context, block="results", status=422 if form.is_wrong else 200)


def _frame(scope: Scope, form: Form, numbers: MonthNumbers) -> Mapping[str, Any]:
    """What the heads of both pages need."""
    return {"scope": scope, "form": form, "month_shown": numbers.month, "as_of": numbers.as_of}


async def _latest(unit: Unit, scope: Scope, hospital: HospitalProgress) -> Sequence[Mapping[str, Any]]:
    given = ContactFilter(program=scope.code, hospital=hospital.hospital_id)
    rows = await contacts_on_page(unit, _SHOWN, given, page=1, size=_LATEST)
    return [{**row, "person_times": person_times_of(row)} for row in rows]


async def show(request: Request) -> Response:
    """One hospital. Raises ``NotFound`` for a code of another program."""
    speak(language_of(request))
    form = query_form(request)
    async with begin(actor_of(request), read_only=True) as unit:
        unit.actor.require("hospital.follow")
        scope = await scope_of(unit, form)
        query, form = asked_month(form, scope)
        progress = await hospital_progress(unit, query)
        hospital = next((p for p in progress if p.code == request.path_params["code"]), None)
        if hospital is None:
            raise NotFound
        flags = await open_flags_by_hospital(unit, scope.code)
        numbers = await month_numbers(unit, scope, query, hospital=hospital)
        over_months = await year_by_service(unit, numbers)
        posts = await hospital_posts(unit, query, hospital.hospital_id)
        latest = await _latest(unit, scope, hospital)
    context = {
        **_frame(scope, form, numbers),
        "line": _lines([hospital], flags, scope, numbers.month)[0],
        "tiles": numbers.tiles(),
        "over_months": over_months,
        "by_service": numbers.by_service(),
        "posts": posts,
        "latest": latest,
        "contacts_href": address("/contacts", program=scope.code, hospital=hospital.code),
        "list_href": address("/hospitals", program=scope.code, month=query.month),
    }
    return render(request, "hospitals/hospital.html", context, status=422 if form.is_wrong else 200)


ROUTES = [signed_in("/hospitals", index), signed_in("/hospitals/{code}", show)]
