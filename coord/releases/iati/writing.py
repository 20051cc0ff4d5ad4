"""A report as an IATI 2.03 activity. The order of elements is the standard's; texts stand in every language of coord."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.core import get_global
from lxml import etree

from coord.agreements.published import Grants
from coord.kernel.errors import Invalid
from coord.language import LANGUAGES, Words, words
from coord.programs.quarters import days_of, quarters_of
from coord.releases.iati.facts import RESULTS, Actual, Indicator, Result, actuals_of, indicators_of
from coord.releases.iati.layers import SECTOR, code_problems, rule_problems, schema_problems
from coord.releases.iati.money import add_money, add_partners
from coord.releases.iati.rules import Severity
from coord.releases.reads import ImpactReport

VERSION = "2.03"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_FOUNDATION, _ACCOUNTABLE = "60", "2"
_RUNNING, _CLOSED = "2", "4"
_PLANNED_START, _START, _PLANNED_END, _END = "1", "2", "3", "4"
_GENERAL, _DAC, _OURS = "1", "1", "99"


def report_xml(report: ImpactReport, _: Words | None = None) -> bytes:
    """The same bytes for the same releases, whoever asks.

    Raises ``Invalid`` when the program's own data would break the standard: a wrong file is never handed out.
    """
    return _checked(document(report), report.released_at.date())


def _checked(root: etree._Element, today: date) -> bytes:
    problems = [*schema_problems(root), *code_problems(root), *rule_problems(root, today, Severity.ERROR)]
    if problems:
        raise Invalid(*problems)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def money_xml(report: ImpactReport, money: Grants) -> bytes:
    """The report with the money of agreements as it is now. Raises ``Invalid`` like ``report_xml``."""
    return _checked(document(report, money), money.at.date())


def document(report: ImpactReport, money: Grants | None = None) -> etree._Element:
    """The file with its one activity, not yet looked at; with ``money`` it is of the moment when that was read."""
    at = (report.released_at if money is None else money.at).isoformat(timespec="seconds")
    grants = () if money is None else money.grants
    root = etree.Element("iati-activities", {"version": VERSION, "generated-datetime": at})
    comment = f"{report.period} coord {' '.join(f'{part.id} SHA-256 {part.digest}' for part in report.parts)}"
    root.append(etree.Comment(f" {comment} "))
    activity = etree.SubElement(root, "iati-activity", {"last-updated-datetime": at, _LANG: "zh"})
    _identify(activity, report)
    add_partners(activity, grants)
    _place(activity, report)
    add_money(activity, grants)
    for result in RESULTS:
        _result(activity, report, result)
    return root


def _add(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, name, {key.replace("_", "-"): value for key, value in attributes.items()})
    child.text = text
    return child


def _said(
    parent: etree._Element, name: str, key: str, attributes: Mapping[str, str] | None = None, **more: Any
) -> None:
    """An element with a narrative in each language; the first is the activity's own."""
    element = etree.SubElement(parent, name, dict(attributes or {}))
    for language in LANGUAGES:
        text = words(language)(key, **more)
        _add(element, "narrative", text[:1].upper() + text[1:]).set(_LANG, language.split("-")[0])


def _identify(activity: etree._Element, report: ImpactReport) -> None:
    who, program = report.publisher, report.program
    _add(activity, "iati-identifier", f"{who.code}-{program.code}")
    publisher = _add(activity, "reporting-org", ref=who.code, type=_FOUNDATION)
    _add(publisher, "narrative", who.name)
    _add(_add(activity, "title"), "narrative", program.name)
    how = {"base": report.parameters.base, "floor": report.parameters.display_floor}
    _said(activity, "description", "impact.about", {"type": _GENERAL}, program=program.name)
    _said(activity, "description", "impact.how_text", {"type": "4"}, **how)
    accountable = _add(activity, "participating-org", ref=who.code, type=_FOUNDATION, role=_ACCOUNTABLE)
    _add(accountable, "narrative", who.name)


def _place(activity: etree._Element, report: ImpactReport) -> None:
    """When and where: state and dates as they were on the day of the release."""
    program, today = report.program, report.released_at.date()
    is_over = program.ends_on is not None and program.ends_on <= today
    _add(activity, "activity-status", code=_CLOSED if is_over else _RUNNING)
    started = _START if program.starts_on <= today else _PLANNED_START
    _add(activity, "activity-date", iso_date=program.starts_on.isoformat(), type=started)
    if program.ends_on is not None:
        ended = _END if is_over else _PLANNED_END
        _add(activity, "activity-date", iso_date=program.ends_on.isoformat(), type=ended)
    _add(activity, "recipient-country", code=get_global("zone_territories").get(program.time_zone, ""))
    _add(activity, "sector", vocabulary=_DAC, code=SECTOR)


def _result(activity: etree._Element, report: ImpactReport, result: Result) -> None:
    found = etree.SubElement(activity, "result", {"type": result.type})
    _said(found, "title", result.title)
    for indicator in indicators_of(result):
        _indicator(found, report, indicator)


def _indicator(parent: etree._Element, report: ImpactReport, indicator: Indicator) -> None:
    adds_up = "1" if indicator.is_additive else "0"
    attributes = {"measure": indicator.measure, "ascending": "1", "aggregation-status": adds_up}
    element = etree.SubElement(parent, "indicator", attributes)
    _title(element, indicator)
    _add(element, "reference", vocabulary=_OURS, code=indicator.code)
    actuals = list(actuals_of(report, indicator))
    if actuals:
        _period(element, days_of_period(report.period), actuals)


def _title(element: etree._Element, indicator: Indicator) -> None:
    title = etree.SubElement(element, "title")
    for language in LANGUAGES:
        said = words(language)
        text = said(f"impact.figure.{indicator.figure}")
        if indicator.side is not None:
            text = said(f"impact.side.{indicator.side}", figure=text)
        _add(title, "narrative", text[:1].upper() + text[1:]).set(_LANG, language.split("-")[0])


def days_of_period(period: str) -> tuple[date, date]:
    """The first and the last day of a quarter or a year."""
    quarters = quarters_of(period)
    return days_of(quarters[0])[0], days_of(quarters[-1])[1]


def _period(parent: etree._Element, days: tuple[date, date], actuals: Sequence[Actual]) -> None:
    period = _add(parent, "period")
    for name, day in zip(("period-start", "period-end"), days, strict=True):
        _add(period, name, iso_date=day.isoformat())
    for one in actuals:
        actual = _add(period, "actual", value=str(one.value))
        for name, value in one.dimensions.items():
            _add(actual, "dimension", name=name, value=value)
