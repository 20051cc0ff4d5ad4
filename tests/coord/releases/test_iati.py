"""The IATI activity: right for three layers, each of which alone sees its own mutants, at the place where they are."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from lxml import etree

from coord.kernel.errors import Invalid, Problem
from coord.language import LANGUAGES
from coord.releases.iati import report_xml
from coord.releases.iati.layers import code_problems, rule_problems, schema_problems
from coord.releases.iati.rules import RULES
from coord.releases.iati.writing import document
from tests.coord.releases.papers import paper

Node = Any
Change = Callable[[Node], object]
TODAY = date(2026, 10, 20)
_MONEY = """<transaction><transaction-type code="3"/><transaction-date iso-date="2026-07-01"/>
<value value-date="2026-07-01" currency="CNY">100</value><provider-org ref="a"/><receiver-org ref="b"/></transaction>"""
_DAYS = '<period-start iso-date="2026-01-01"/><period-end iso-date="2026-12-31"/>'
_BUDGET = f'<budget type="1" status="2">{_DAYS}<value value-date="2026-01-01" currency="CNY">100</value></budget>'
LAYERS: dict[str, Callable[[Node], Sequence[Problem]]] = {
    "schema": schema_problems,
    "codes": code_problems,
    "rules": lambda root: rule_problems(root, TODAY),
}


def full() -> Node:
    """What we write, and the money that others write beside it."""
    root = etree.fromstring(etree.tostring(document(paper())))
    first = root.find(".//result")
    for text in (_BUDGET, _MONEY):
        first.addprevious(etree.fromstring(text))
    indicator = root.find(".//indicator")
    indicator.insert(2, etree.fromstring('<baseline year="2025" value="9"/>'))
    root.find(".//period").insert(2, etree.fromstring('<target value="90"/>'))
    return root


def _set(path: str, name: str, value: str | None) -> Change:
    def change(root: Node) -> None:
        node = root.find(path)
        node.attrib.pop(name, None)
        if value is not None:
            node.set(name, value)

    return change


def _text(path: str, text: str) -> Change:
    def change(root: Node) -> None:
        root.find(path).text = text

    return change


def _more(path: str, text: str) -> Change:
    def change(root: Node) -> None:
        root.find(path).text += text

    return change


def _blank(path: str) -> Change:
    def change(root: Node) -> None:
        for node in root.iterfind(path):
            node.text = ""

    return change


def _drop(path: str) -> Change:
    def change(root: Node) -> None:
        node = root.find(path)
        node.getparent().remove(node)

    return change


def _beside(path: str, text: str) -> Change:
    return lambda root: root.find(path).addnext(etree.fromstring(text))


def _into(path: str, text: str) -> Change:
    return lambda root: root.find(path).append(etree.fromstring(text))


def _each(path: str, name: str, value: str) -> Change:
    return lambda root: [node.set(name, value) for node in root.iterfind(path)]


A, LANG = "iati-activity", "{http://www.w3.org/XML/1998/namespace}lang"
MUTANTS: list[tuple[str, str, Change]] = [
    ("schema", "no title", _drop(f"{A}/title")),
    ("schema", "no description", lambda root: [node.getparent().remove(node) for node in root.findall(f"{A}/description")]),
    ("schema", "no status", _drop(f"{A}/activity-status")),
    ("schema", "no identifier", _drop(f"{A}/iati-identifier")),
    ("schema", "no reporting type", _set(f"{A}/reporting-org", "type", None)),
    ("schema", "no role", _set(f"{A}/participating-org", "role", None)),
    ("schema", "no measure", _set(".//indicator", "measure", None)),
    ("schema", "no indicator title", _drop(".//indicator/title")),
    ("schema", "no result type", _set(".//result", "type", None)),
    ("schema", "no year of a baseline", _set(".//baseline", "year", None)),
    ("schema", "a day that is none", _set(".//period-start", "iso-date", "2026-02-31")),
    ("schema", "a day in words", _set(f"{A}/activity-date", "iso-date", "spring")),
    ("schema", "an unknown element", _into(f"{A}", "<mood/>")),
    ("schema", "out of order", lambda root: root.find(A).append(root.find(f"{A}/sector"))),
    ("schema", "ascending in words", _set(".//indicator", "ascending", "up")),
    ("schema", "an amount in words", _text(".//transaction/value", "much")),
    ("codes", "result type 7", _set(".//result", "type", "7")),
    ("codes", "measure 8", _set(".//indicator[5]", "measure", "8")),
    ("codes", "status 99", _set(f"{A}/activity-status", "code", "99")),
    ("codes", "kind of date", _beside(f"{A}/activity-date", '<activity-date type="9" iso-date="2026-01-01"/>')),
    ("codes", "role 7", _set(f"{A}/participating-org", "role", "7")),
    ("codes", "kind of publisher", _set(f"{A}/reporting-org", "type", "61")),
    ("codes", "kind of description", _set(f"{A}/description", "type", "8")),
    ("codes", "country", _set(f"{A}/recipient-country", "code", "XX")),
    ("codes", "sector", _set(f"{A}/sector", "code", "12399")),
    ("codes", "vocabulary", _set(f"{A}/sector", "vocabulary", "77")),
    ("codes", "budget", _set(f"{A}/budget", "status", "3")),
    ("codes", "transaction", _set(".//transaction-type", "code", "77")),
    ("1.1.3", "same as the publisher", lambda root: root.find(f"{A}/reporting-org").set("ref", root.findtext(f"{A}/iati-identifier"))),
    ("1.1.21", "other prefix", _text(f"{A}/iati-identifier", "XX-1")),
    ("1.3.13", "slash", _more(f"{A}/iati-identifier", "/1")),
    ("1.14.13", "slash of the publisher", lambda root: (_set(f"{A}/reporting-org", "ref", "a/b")(root), _text(f"{A}/iati-identifier", "a/b-1")(root))),
    ("1.3.1", "padded", _more(f"{A}/iati-identifier", " ")),
    ("1.14.1", "padded publisher", lambda root: (_set(f"{A}/reporting-org", "ref", "ab ")(root), _text(f"{A}/iati-identifier", "ab -1")(root))),
    ("6.11.1", "no start", _set(f"{A}/activity-date", "type", "3")),
    ("6.2.2", "no sector", _drop(f"{A}/sector")),
    ("6.2.2", "sector twice over", _beside(".//receiver-org", '<sector code="12340"/>')),
    ("2.1.1", "two sectors", _beside(f"{A}/sector", '<sector vocabulary="1" code="12340"/>')),
    ("2.1.1", "ninety percent", _set(f"{A}/sector", "percentage", "90")),
    ("3.7.1", "no country", _drop(f"{A}/recipient-country")),
    ("4.1.1", "no language", _set(A, LANG, None)),
    ("4.3.1", "title without text", _text(f"{A}/title/narrative", " ")),
    ("4.4.1", "description without text", _blank(f"{A}/description/narrative")),
    ("6.9.1", "payer without name", _set(".//provider-org", "ref", None)),
    ("6.9.2", "receiver without name", _set(".//receiver-org", "ref", None)),
    ("6.10.1", "partner without name", lambda root: (_set(f"{A}/participating-org", "ref", None)(root), _drop(f"{A}/participating-org/narrative")(root))),
    ("7.8.1", "no currency", _set(".//transaction/value", "currency", None)),
    ("7.5.3", "three years", _set(f"{A}/budget/period-end", "iso-date", "2028-12-31")),
    ("8.6.3", "budget backward", _set(f"{A}/budget/period-end", "iso-date", "2025-12-31")),
    ("8.6.1", "period backward", _set(".//indicator/period/period-end", "iso-date", "2026-01-01")),
    ("8.8.1", "baseline without value", _set(".//baseline", "value", None)),
    ("8.9.1", "target without value", _set(".//target", "value", None)),
    ("8.10.1", "actual without value", _set(".//actual", "value", None)),
    ("8.8.2", "baseline in words", _set(".//baseline", "value", "few")),
    ("8.9.2", "target in words", _set(".//target", "value", "many")),
    ("8.10.2", "actual in words", _set(".//actual", "value", "lots")),
    ("8.8.3", "a value of words", _set(".//indicator", "measure", "5")),
    ("8.11.1", "reference at both", lambda root: root.find(".//result/title").addnext(etree.fromstring('<reference vocabulary="99" code="x"/>'))),
    ("11.1.1", "written tomorrow", _set(A, "last-updated-datetime", "2026-10-21T00:00:00Z")),
    ("11.1.2", "begun tomorrow", _set(f"{A}/activity-date", "iso-date", "2026-10-21")),
    ("11.1.5", "ended before it began", _beside(f"{A}/activity-date", '<activity-date type="4" iso-date="2025-01-01"/>')),
    ("11.2.1", "paid tomorrow", _set(".//transaction-date", "iso-date", "2026-10-21")),
    ("11.2.2", "of tomorrow's value", _set(".//transaction/value", "value-date", "2026-10-21")),
    ("12.3.1", "more than all", lambda root: [node.set("percentage", "101") for node in root.iterfind(f"{A}/recipient-country")]),
    ("coord.1", "spent below zero", lambda root: (_set(".//transaction-type", "code", "4")(root), _text(".//transaction/value", "-5")(root))),
    ("coord.2", "budget below zero", _text(f"{A}/budget/value", "-5")),
]  # fmt: skip
WITH: dict[str, set[str]] = {"1.1.3": {"1.1.21"}, "1.14.13": {"1.3.13"}}
"""Rules that cannot be broken without another one."""


def test_what_we_write_passes_every_layer() -> None:
    for root in (document(paper()), full()):
        assert {name: list(layer(root)) for name, layer in LAYERS.items()} == {name: [] for name in LAYERS}


@pytest.mark.parametrize(("layer", "name", "change"), MUTANTS, ids=[f"{one[0]}: {one[1]}" for one in MUTANTS])
def test_one_layer_alone_sees_a_mutant(layer: str, name: str, change: Change) -> None:
    root = full()
    change(root)
    found = {each: [one.arguments.get("rule") for one in look(root)] for each, look in LAYERS.items()}
    expected = layer if layer in LAYERS else "rules"
    assert [each for each, problems in found.items() if problems] == [expected], found
    if expected == "rules":
        assert set(found["rules"]) - WITH.get(layer, set()) == {layer}


def test_every_rule_has_a_mutant() -> None:
    assert {rule.id for rule in RULES} == {layer for layer, _, _ in MUTANTS} - set(LAYERS)
    assert all(sum(each == layer for each, _, _ in MUTANTS) >= 10 for layer in ("schema", "codes"))


def test_the_same_release_is_the_same_bytes_in_any_language() -> None:
    first = report_xml(paper())
    assert first == report_xml(paper())
    root = etree.fromstring(first)
    for title in root.iterfind(".//indicator/title"):
        assert [one.get(LANG) for one in title] == [language.split("-")[0] for language in LANGUAGES]


def test_what_is_not_shown_is_left_out() -> None:
    """Of the second hospital 3 stand in each class: nothing of its person-times is said, not even that there are some."""
    root = etree.fromstring(report_xml(paper()))
    told = root.xpath("//indicator[reference/@code = 'person_times']//actual[dimension/@value = 'H2']")
    assert told == []
    assert root.xpath("//indicator[reference/@code = 'person_times']//actual[dimension/@value = 'H1']/@value") == ["30"]
    assert not root.xpath("//actual[not(@value) or @value = '']")


def test_a_program_that_ends_before_it_begins_gives_no_file() -> None:
    report = paper()
    wrong = replace(report, program=replace(report.program, ends_on=date(2025, 1, 1)))
    with pytest.raises(Invalid) as refused:
        report_xml(wrong)
    assert [(one.code, one.arguments["rule"]) for one in refused.value.problems] == [("IATI_RULE", "11.1.5")]


@pytest.mark.parametrize(
    ("ends", "codes"), [(None, ["2"]), (date(2027, 1, 1), ["2", "3"]), (date(2026, 10, 1), ["2", "4"])]
)
def test_the_state_is_that_of_the_day_of_the_release(ends: date | None, codes: list[str]) -> None:
    report = paper()
    root = document(replace(report, program=replace(report.program, ends_on=ends)))
    assert root.xpath("//activity-date/@type") == codes
    assert root.xpath("//activity-status/@code") == ["4" if "4" in codes else "2"]
