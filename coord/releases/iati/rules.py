"""The rules of IATI that its schema does not know, by their official numbers: each finds the elements that break it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from lxml import etree

Broken = Callable[[Any, date], Sequence[Any]]
_WHOLE, _ROUNDING = 100, 0.01


class Severity(IntEnum):
    """How much it matters: a file with an error is not published."""

    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, or several that say the same of neighboring elements."""

    id: str
    broken: Broken
    severity: Severity = Severity.ERROR


def _where(path: str) -> Broken:
    """Elements at an XPath, in which ``$today`` is a number like 20261231."""
    compiled = etree.XPath(path)

    def broken(root: etree._Element, today: date) -> Sequence[etree._Element]:
        found: Sequence[etree._Element] = compiled(root, today=int(today.strftime("%Y%m%d")))
        return found

    return broken


def _day(attribute: str) -> str:
    return f"number(translate(substring({attribute}, 1, 10), '-', ''))"


def _either_or(name: str) -> str:
    """At the activity or at all of its transactions, never at both."""
    nowhere = f"not({name}) and (not(transaction) or transaction[not({name})])"
    return f"//iati-activity[({nowhere}) or ({name} and transaction/{name})]"


def _percentages(root: etree._Element, _: date) -> Sequence[etree._Element]:
    """Several sectors of one vocabulary share a hundred percent; a single one has none or all of it."""
    return list(_wrong_shares(root))


def _wrong_shares(root: etree._Element) -> Iterator[etree._Element]:
    for parent in root.xpath("//*[sector]"):
        shares: dict[str, list[str | None]] = {}
        for sector in parent.findall("sector"):
            shares.setdefault(sector.get("vocabulary", "1"), []).append(sector.get("percentage"))
        for found in shares.values():
            told = [float(share) for share in found if share is not None]
            is_alone = len(found) == 1 and not told
            if not is_alone and (len(told) < len(found) or abs(sum(told) - _WHOLE) > _ROUNDING):
                yield parent


def _taken_from_nothing(root: etree._Element, _: date) -> Sequence[etree._Element]:
    """Pledges and expenditures below zero without one of the same amount above it."""
    below = root.xpath("//transaction[value < 0 and not(transaction-type[@code = '2' or @code = '3'])]")
    return [one for one in below if not _opposite(one)]


def _opposite(transaction: etree._Element) -> bool:
    code, value = transaction.find("transaction-type").get("code"), float(transaction.findtext("value"))
    others = transaction.getparent().iterfind("transaction")
    return any(
        one.find("transaction-type").get("code") == code and float(one.findtext("value")) == -value for one in others
    )


_FORBIDDEN = "'/&|?'"
_START, _END = _day("period-start/@iso-date"), _day("period-end/@iso-date")
_NUMBERED = "//indicator[@measure = '1' or @measure = '2' or @measure = '3' or @measure = '4']"
_NOT_SAID = "[not(@ref) and not(narrative[normalize-space()])]"
_WARNING = Severity.WARNING
RULES: Sequence[Rule] = (
    Rule("1.1.3", _where("//iati-activity[iati-identifier = reporting-org/@ref]")),
    Rule(
        "1.1.21",
        _where("//iati-activity[iati-identifier and not(starts-with(iati-identifier, concat(reporting-org/@ref, '-')))]"),
        _WARNING,
    ),
    Rule("1.3.13", _where(f"//iati-identifier[translate(., {_FORBIDDEN}, '') != string(.)]"), _WARNING),
    Rule("1.14.13", _where(f"//reporting-org[translate(@ref, {_FORBIDDEN}, '') != string(@ref)]"), _WARNING),
    Rule("1.3.1", _where("//iati-identifier[normalize-space(.) != string(.)]"), _WARNING),
    Rule("1.14.1", _where("//reporting-org[normalize-space(@ref) != string(@ref)]"), _WARNING),
    Rule("6.11.1", _where("//iati-activity[not(activity-date[@type = '1' or @type = '2'])]")),
    Rule("6.2.2", _where(_either_or("sector"))),
    Rule("2.1.1", _percentages),
    Rule("3.7.1", _where(_either_or("*[self::recipient-country or self::recipient-region]"))),
    Rule("4.1.1", _where("//narrative[not(@xml:lang) and not(ancestor::iati-activity/@xml:lang)]")),
    Rule("4.3.1", _where("//iati-activity/title[not(narrative[normalize-space()])]")),
    Rule("4.4.1", _where("//iati-activity/description[not(narrative[normalize-space()])]")),
    Rule("6.9.1", _where(f"//provider-org{_NOT_SAID}")),
    Rule("6.9.2", _where(f"//receiver-org{_NOT_SAID}")),
    Rule("6.10.1", _where(f"//participating-org{_NOT_SAID}")),
    Rule("7.8.1", _where("//iati-activity[not(@default-currency)]//value[not(@currency)]")),
    # Of two days as numbers, a year apart are 10,000.
    Rule("7.5.3", _where(f"//budget[{_END} - {_START} > 10000]")),
    Rule("8.6.3", _where(f"//*[self::budget or self::planned-disbursement][{_START} > {_END}]")),
    Rule("8.6.1", _where(f"//indicator/period[{_START} > {_END}]")),
    Rule("8.8.1", _where(f"{_NUMBERED}/baseline[not(@value)]")),
    Rule("8.9.1", _where(f"{_NUMBERED}/period/target[not(@value)]")),
    Rule("8.10.1", _where(f"{_NUMBERED}/period/actual[not(@value)]")),
    Rule("8.8.2", _where(f"{_NUMBERED}/baseline[@value and number(@value) != number(@value)]")),
    Rule("8.9.2", _where(f"{_NUMBERED}/period/target[@value and number(@value) != number(@value)]")),
    Rule("8.10.2", _where(f"{_NUMBERED}/period/actual[@value and number(@value) != number(@value)]")),
    Rule("8.8.3", _where("//indicator[@measure = '5']//*[self::baseline or self::target or self::actual][@value]"), _WARNING),
    Rule("8.11.1", _where("//result[reference]/indicator[reference]")),
    Rule("11.1.1", _where(f"//iati-activity[{_day('@last-updated-datetime')} > $today]")),
    Rule("11.1.2", _where(f"//activity-date[(@type = '2' or @type = '4') and {_day('@iso-date')} > $today]")),
    Rule("11.1.5", _where(
        f"//iati-activity[{_day('activity-date[@type = 2]/@iso-date')} > {_day('activity-date[@type = 4]/@iso-date')}"
        f" or {_day('activity-date[@type = 1]/@iso-date')} > {_day('activity-date[@type = 3]/@iso-date')}]"
    )),
    Rule("11.2.1", _where(f"//transaction-date[{_day('@iso-date')} > $today]")),
    Rule("11.2.2", _where(f"//transaction/value[{_day('@value-date')} > $today]")),
    Rule("12.3.1", _where("//*[@percentage < 0 or @percentage > 100]")),
    # Ours: money that comes back is a disbursement or a commitment below zero; else only what takes an entry back is.
    Rule("coord.1", _taken_from_nothing),
    Rule("coord.2", _where("//*[self::budget or self::planned-disbursement][value <= 0]")),
)  # fmt: skip
