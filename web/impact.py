"""The public report of a program: no sign-in, no script; what is published, and nothing else."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import NotFound
from coord.kernel.text import search_keys, typed
from coord.language import words
from coord.measures import Dimension
from coord.releases.codes import ReleaseState
from coord.releases.files import KINDS, report_file
from coord.releases.method import method_of
from coord.releases.packing import report_pack
from coord.releases.parameters import Parameters
from coord.releases.public import PublicReport, public_publishers, public_report
from coord.releases.reads import ImpactReport
from coord.releases.serving import ProtectedCount, ProtectedRate, Published
from coord.releases.storytelling import stories_json
from coord.releases.tabling import (
    FIGURES,
    HEADLINES,
    LOOP,
    PEOPLE_FIGURES,
    RATES,
    notes_of,
    person_word,
    stories_of,
    unsaid,
)
from web.charts import meter
from web.forms import query_form
from web.foundation import address
from web.page import language_of, render
from web.queries import Part, explorer, impact_query
from web.routes import Access, Page, public
from web.words import number, speak, t

BY_HOSPITAL = (Dimension.HOSPITAL,)
_BAR = 120
MOST_UNFOLDED = 12
"""More hospitals are folded by province: on a phone each is a card of a dozen figures."""
_TYPES = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CALLED = {"xml": "IATI"}


def count_word(figure: ProtectedCount) -> str:
    """A published count, or the sign for one too small to be shown."""
    return t("impact.hidden") if figure.value is None else number(figure.value)


def rate_word(figure: ProtectedRate) -> str:
    """A published rate, or the sign for one that is not."""
    return t(unsaid(figure)) if figure.percent is None else f"{figure.percent}%"


def word_of(figure: ProtectedCount | ProtectedRate) -> str:
    """Either of both."""
    return rate_word(figure) if isinstance(figure, ProtectedRate) else count_word(figure)


def shown(report: ImpactReport, language: str) -> Mapping[str, Any]:
    """What the report's template needs."""
    total, spoken = report.answer.total, words(language)
    return {
        "report": report,
        "headlines": [(name, word_of(total[name])) for name in HEADLINES],
        "said": _headline(report.period, total),
        "loop_bars": [(name, word_of(total[name]), meter(part, "ok", width=_BAR)) for name, part in _parts_of(total)],
        "rates": [
            (name, rate, word_of(rate), meter((rate.percent or 0) / 100, "ok", width=_BAR))
            for name in RATES
            if isinstance(rate := total[name], ProtectedRate)
        ],
        "columns": FIGURES,
        "lines": [(row.key[0][1], _words(row.figures)) for row in report.answer.rows],
        "folds": folds_of(report) if len(report.answer.rows) > MOST_UNFOLDED else (),
        "people_columns": PEOPLE_FIGURES,
        "people": [
            (person_word(row, spoken), [word_of(row.figures[name]) for name in PEOPLE_FIGURES])
            for row in report.answer.profile
        ],
        "notes": list(notes_of(report, spoken)),
        "stories": stories_of(report, spoken),
        "is_superseded": report.state is ReleaseState.SUPERSEDED,
        "word": count_word,
    }


def _parts_of(total: Published) -> Sequence[tuple[str, float]]:
    """The way of referrals: each step as a share of the largest one that is shown."""
    values = {name: figure.value or 0 for name in LOOP if isinstance(figure := total[name], ProtectedCount)}
    most = max(values.values(), default=0) or 1
    return [(name, value / most) for name, value in values.items()]


def _headline(period: str, total: Published) -> Sequence[str]:
    """The figures as a sentence each, what did not work out included; nothing where they are not shown."""
    persons, times, closed = total["persons"], total["person_times"], total["closed_loop"]
    said = []
    if isinstance(persons, ProtectedCount) and isinstance(times, ProtectedCount) and persons.value and times.value:
        said.append(t("impact.said_reach", period=period, persons=number(persons.value), times=number(times.value)))
    if isinstance(closed, ProtectedRate) and closed.percent is not None:
        said.append(t("impact.said_loop", closed=closed.percent, open=closed.rest))
    return said


def folds_of(report: ImpactReport, find: str = "") -> Sequence[tuple[str, Sequence[tuple[str | None, Sequence[str]]]]]:
    """Hospitals by province, those with most hospitals first; ``find``: only those whose name or pinyin it stands in."""
    provinces = {place.code: place.province for part in report.parts for place in part.released.places}
    groups: dict[str, list[tuple[str | None, Sequence[str]]]] = {}
    for row in report.answer.rows:
        code, name = row.key[0]
        if not find or any(typed(find) in key for key in search_keys(name or code)):
            province = provinces.get(code) or t("dimension.PROVINCE.not_given")
            groups.setdefault(province, []).append((name, _words(row.figures)))
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def _words(figures: Published) -> Sequence[str]:
    return [word_of(figures[name]) for name in FIGURES]


async def _asked(request: Request) -> PublicReport:
    speak(language_of(request))
    form = query_form(request)
    code, foundation = request.path_params["program"], request.path_params.get("foundation")
    period, release = form.value("period"), form.value("release")
    return await public_report(code, period, BY_HOSPITAL, release=release, foundation=foundation)


def _path(request: Request) -> str:
    """The page's own address: with the foundation where it was asked for with it."""
    named = (request.path_params[name] for name in ("foundation", "program") if name in request.path_params)
    return "/".join(["/impact", *(quote(one, safe="") for one in named)])


async def page(request: Request) -> Response:
    """The newest quarter, or the period that the address names."""
    try:
        found = await _asked(request)
    except NotFound:
        return await _choice(request)
    path = _path(request)
    context = {
        **shown(found.report, language_of(request)),
        **_found(request, found.report),
        "path": path,
        "periods": [(one, address(path, period=one), one == found.report.period) for one in found.periods],
        "files": [
            (_CALLED.get(kind, kind.upper()), address(f"{path}/report.{kind}", **_named(found.report)))
            for kind in KINDS
        ]
        + [(t("impact.pack"), address(f"{path}/pack.zip", **_named(found.report)))],
        "ask": partial(ask, found.report),
        "query": ask(found.report, *FIGURES, parts=[Part.TOTAL, Part.HOSPITALS]),
    }
    return render(request, "impact/report.html", context)


def _found(request: Request, report: ImpactReport) -> Mapping[str, Any]:
    """The hospitals that somebody looks for, unfolded; nothing changes where nobody looks."""
    form = query_form(request)
    find = form.value("find")
    if not find or len(report.answer.rows) <= MOST_UNFOLDED:
        return {"find": find}
    return {"find": find, "folds": folds_of(report, find)}


async def _choice(request: Request) -> Response:
    """Where several foundations have a program of this code: which of them is meant. Raises ``NotFound`` for one or none."""
    code = request.path_params["program"]
    several = [] if "foundation" in request.path_params else await public_publishers(code)
    if len(several) <= 1:
        raise NotFound
    speak(language_of(request))
    choices = [(one, f"/impact/{quote(one.foundation, safe='')}/{quote(code, safe='')}") for one in several]
    return render(request, "impact/which.html", {"code": code, "choices": choices}, status=300)


def ask(report: ImpactReport, *figures: str, parts: Sequence[str], hospitals: Sequence[UUID] | None = None) -> str:
    """The explorer with the query that gives published figures; nothing for a release that only its page shows."""
    if report.state is not ReleaseState.PUBLISHED:
        return ""
    text = impact_query(report.program.code, report.period, figures, *map(Part, parts), hospitals=hospitals)
    return explorer(text)


def _named(report: ImpactReport) -> Mapping[str, str]:
    """What names a report in an address: its period, and a release that another took the place of by its id."""
    old = {"release": str(report.release_id)} if report.state is ReleaseState.SUPERSEDED else {}
    return {"period": report.period, **old}


async def file(request: Request) -> Response:
    """The same figures as a file: every cell equals the page's."""
    found, kind = await _asked(request), request.path_params["kind"]
    if kind not in _TYPES:
        raise NotFound
    return await report_response(request, found.report, kind)


async def report_response(request: Request, report: ImpactReport, kind: str) -> Response:
    """A report as a file to save, made off the event loop."""
    content = await anyio.to_thread.run_sync(report_file, report, kind, words(language_of(request)))
    return _download(content, _TYPES[kind], report, kind)


async def stories(request: Request) -> Response:
    """The words of its stories, to be held against what the release signed. Raises ``NotFound`` where it tells none."""
    found = await _asked(request)
    if not found.report.stories:
        raise NotFound
    return _download(stories_json(found.report), "application/json", found.report, "stories.json")


async def pack(request: Request) -> Response:
    """Every file of the report in one, with the receipt of its signature."""
    found = await _asked(request)
    content = await anyio.to_thread.run_sync(report_pack, found.report, words(language_of(request)))
    return _download(content, "application/zip", found.report, "zip")


def _download(content: bytes, media_type: str, report: ImpactReport, kind: str) -> Response:
    saved_as = quote(f"{report.program.code}-{report.period}.{kind}", safe="")
    kept = f"attachment; filename=\"coord-{report.period}.{kind}\"; filename*=UTF-8''{saved_as}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": kept})


async def method(request: Request) -> Response:
    """How figures are protected, in plain words."""
    spoken = speak(language_of(request))
    return render(request, "impact/method.html", {"sentences": method_of(Parameters(), spoken)})


ROUTES = [
    public("/impact/method", method),
    public("/impact/{program}", page),
    Page("/impact/{program}/report.{kind}", file, access=Access.PUBLIC, heavy=True),
    Page("/impact/{program}/stories.json", stories, access=Access.PUBLIC, heavy=True),
    Page("/impact/{program}/pack.zip", pack, access=Access.PUBLIC, heavy=True),
    public("/impact/{foundation}/{program}", page),
    Page("/impact/{foundation}/{program}/report.{kind}", file, access=Access.PUBLIC, heavy=True),
    Page("/impact/{foundation}/{program}/stories.json", stories, access=Access.PUBLIC, heavy=True),
    Page("/impact/{foundation}/{program}/pack.zip", pack, access=Access.PUBLIC, heavy=True),
]
