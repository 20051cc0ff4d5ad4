"""What IATI asks of a file, in three layers, each blind to the others: the schema, the lists of codes, the rules.

A problem's field is the place of what is wrong as an XPath.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from lxml import etree

from coord.kernel.errors import Problem
from coord.releases.iati.rules import RULES, Severity

_FOLDER = Path(__file__).parent / "schemas"
_LISTED: Mapping[str, str] = {
    "//activity-date/@type": "ActivityDateType",
    "//activity-scope/@code": "ActivityScope",
    "//activity-status/@code": "ActivityStatus",
    "//budget/@status": "BudgetStatus",
    "//budget/@type | //planned-disbursement/@type": "BudgetType",
    "//condition/@type": "ConditionType",
    "//iati-activity/description/@type": "DescriptionType",
    "//indicator/@measure": "IndicatorMeasure",
    "//participating-org/@role": "OrganisationRole",
    "//reporting-org/@type | //participating-org/@type | //provider-org/@type": "OrganisationType",
    "//result/@type": "ResultType",
    "//result/reference/@vocabulary": "ResultVocabulary",
    "//sector/@vocabulary": "SectorVocabulary",
    "//transaction-type/@code": "TransactionType",
}
"""Closed lists of the standard (``complete="1"``) and where their codes stand."""
SECTOR = "12340"
"""Promotion of mental health and well-being (OECD DAC, five digits): the one sector that we publish in."""


def _parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_FOLDER / "iati-activities-schema.xsd"), _parser()))


@cache
def _codes(name: str) -> frozenset[str]:
    if name == "Country":
        return frozenset(code for code in map(str, Locale("en").territories) if code.isalpha())
    found = etree.parse(str(_FOLDER / "codelists" / f"{name}.xml"), _parser())
    return frozenset(str(code.text) for code in found.iter("code"))


def schema_problems(root: etree._Element) -> Sequence[Problem]:
    """What the official schema refuses."""
    checker = _schema()
    if checker.validate(root):
        return []
    return [Problem(error.path or "", "IATI_SCHEMA", {"rule": error.message[:200]}) for error in checker.error_log]


def code_problems(root: etree._Element) -> Sequence[Problem]:
    """Codes that do not stand in their list."""
    return list(_unlisted(root))


def _unlisted(root: etree._Element) -> Iterator[Problem]:
    ours: Mapping[str, frozenset[str]] = {
        **{where: _codes(name) for where, name in _LISTED.items()},
        "//recipient-country/@code": _codes("Country"),
        "//sector[not(@vocabulary) or @vocabulary = '1']/@code": frozenset({SECTOR}),
    }
    for where, codes in ours.items():
        for code in root.xpath(where):
            if code not in codes:
                yield Problem(f"{_path(code.getparent())}/@{code.attrname}", "IATI_CODE", {"rule": str(code)[:40]})


def rule_problems(root: etree._Element, today: date, least: Severity = Severity.WARNING) -> Sequence[Problem]:
    """What breaks a rule of the standard, from a severity on; ``today`` says what lies in the future."""
    return [
        Problem(_path(node), "IATI_RULE", {"rule": rule.id})
        for rule in RULES
        if rule.severity >= least
        for node in rule.broken(root, today)
    ]


def _path(node: etree._Element) -> str:
    return str(node.getroottree().getpath(node))
