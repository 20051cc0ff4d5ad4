"""The money of agreements in the IATI activity: the right codes and signs, valid by three layers, and mutants caught."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from lxml import etree

from coord.agreements import reverse_entry
from coord.agreements.inputs import ReverseEntry
from coord.kernel.errors import NotFound
from coord.releases.granted import newest_with_money
from coord.releases.iati import money_xml
from coord.releases.iati.layers import code_problems, rule_problems, schema_problems
from coord.work import begin
from coord.work.engine import Database
from tests.coord.agreements.making import OSCAR, active, booked, condition, line, paid, spent, step, tranche
from tests.coord.releases.making import published, seen
from tests.world import NORTH, PROGRAM, cast

pytestmark = pytest.mark.anyio
Node = Any
TODAY = date(2030, 1, 1)


async def money() -> None:
    """Each kind of entry once, a refund, an expenditure taken back, one tranche to come, one canceled, a condition."""
    made = await active(reference="A-1")
    await booked(made, "PLEDGE", "1200.00")
    await paid(made)
    on = await line(made, hospital=str(NORTH))
    await line(made, "510.00", replaces=str(on), hospital=str(NORTH), reason="A second ward")
    other = await line(made, "90.00", category="TRAINING", status="INDICATIVE")
    await spent(made, other, "40.25")
    wrong = await spent(made, other, "7.00")
    async with begin(cast.ola) as unit:
        await reverse_entry(unit, ReverseEntry.parse({"entry": str(wrong), "reason": "Not ours"}))
    await booked(made, "REFUND", "30.50")
    await condition(await tranche(made, "200.00"), "REPORT")
    gone = await tranche(made, "50.00")
    await step(OSCAR, gone, "CANCEL", reason="Not needed")


async def written() -> Node:
    """The file as an officer gets it."""
    await seen()
    await published()
    await money()
    async with begin(cast.ola, read_only=True) as unit:
        report, found = await newest_with_money(unit, PROGRAM)
    return etree.fromstring(money_xml(report, found))


def _problems(root: Node) -> dict[str, list[Any]]:
    layers: dict[str, Callable[[Node], Any]] = {
        "schema": schema_problems, "codes": code_problems, "rules": lambda one: rule_problems(one, TODAY),
    }  # fmt: skip
    return {name: [one.arguments["rule"] for one in look(root)] for name, look in layers.items()}


async def test_every_entry_is_a_transaction_with_its_code_and_sign(database: Database) -> None:
    root = await written()
    assert _problems(root) == {"schema": [], "codes": [], "rules": []}
    said = [(one.find("transaction-type").get("code"), one.findtext("value")) for one in root.iter("transaction")]
    assert said == [
        ("2", "1000.00"), ("12", "1200.00"), ("3", "100.00"), ("4", "40.25"), ("4", "7.00"), ("4", "-7.00"),
        ("3", "-30.50"),
    ]  # fmt: skip
    assert [one.find("receiver-org") is None for one in root.iter("transaction")] == [
        False, False, False, True, True, True, False,
    ]  # fmt: skip


async def test_budgets_are_the_lines_that_hold_and_payments_to_come_are_the_open_tranches(database: Database) -> None:
    root = await written()
    budgets = [(one.get("type"), one.get("status"), one.findtext("value")) for one in root.iter("budget")]
    assert budgets == [("2", "2", "510.00"), ("1", "1", "90.00")]
    assert [one.findtext("value") for one in root.iter("planned-disbursement")] == ["200.00"]
    assert [one.get("type") for one in root.iter("condition")] == ["3"]
    assert {(one.get("role"), one.get("type")) for one in root.iter("participating-org")} == {
        ("1", "60"), ("2", "60"), ("4", "22"),
    }  # fmt: skip
    assert root.find(".//result/indicator") is not None


def _set(path: str, name: str, value: str | None) -> Callable[[Node], None]:
    def change(root: Node) -> None:
        node = root.find(path)
        node.attrib.pop(name, None)
        if value is not None:
            node.set(name, value)

    return change


def _text(path: str, text: str) -> Callable[[Node], None]:
    def change(root: Node) -> None:
        root.find(path).text = text

    return change


def _swap(root: Node) -> None:
    root.find(".//budget").addprevious(root.find(".//transaction"))


MUTANTS = [
    ("schema", "out of order", _swap),
    ("schema", "no day of a value", _set(".//budget/value", "value-date", None)),
    ("schema", "no day of a transaction", _set(".//transaction-date", "iso-date", None)),
    ("schema", "a sum in words", _text(".//planned-disbursement/value", "much")),
    ("codes", "kind of budget", _set(".//budget", "type", "3")),
    ("codes", "kind of transaction", _set(".//transaction-type", "code", "14")),
    ("codes", "kind of payer", _set(".//provider-org", "type", "61")),
    ("codes", "kind of condition", _set(".//condition", "type", "4")),
    ("7.5.3", "a budget of three years", _set(".//budget/period-end", "iso-date", "2028-12-31")),
    ("7.8.1", "no currency", _set(".//transaction/value", "currency", None)),
    ("8.6.3", "a budget backward", _set(".//budget/period-end", "iso-date", "2025-01-01")),
    ("11.2.1", "paid tomorrow", _set(".//transaction-date", "iso-date", "2030-01-02")),
    ("coord.1", "spent less than nothing", _text(".//transaction[4]/value", "-40.26")),
    ("coord.2", "a budget of nothing", _text(".//budget/value", "0")),
]  # fmt: skip


async def test_one_layer_alone_sees_each_mutant(database: Database) -> None:
    whole = etree.tostring(await written())
    for layer, name, change in MUTANTS:
        root = etree.fromstring(whole)
        change(root)
        found = _problems(root)
        expected = layer if layer in found else "rules"
        assert [each for each, problems in found.items() if problems] == [expected], (name, found)
        assert expected != "rules" or found["rules"] == [layer], name


async def test_before_the_first_release_there_is_no_file(database: Database) -> None:
    await money()
    with pytest.raises(NotFound):
        async with begin(cast.ola, read_only=True) as unit:
            await newest_with_money(unit, PROGRAM)
