"""From a record to a person: every cell read, all faults of a row told at once. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final

from coord.clients.codes import CaseSource, HouseholdType, IdType, InsuranceType
from coord.clients.hashing import id_hash, likeness_hashes
from coord.clients.inputs import SheetClient
from coord.clients.record.rules import birth_year_of, check_record, number_of
from coord.contacts.importing import cells
from coord.contacts.importing.people.headers import PersonColumn
from coord.contacts.importing.reasons import BadCell, Fault, Reason
from coord.contacts.importing.sheet import Record
from coord.kernel.errors import Invalid, Problem
from coord.language import LANGUAGES, words

_FAMILIES: Final[Mapping[PersonColumn, tuple[str, type[StrEnum]]]] = {
    PersonColumn.ID_TYPE: ("id_type", IdType),
    PersonColumn.INSURANCE_TYPE: ("insurance_type", InsuranceType),
    PersonColumn.HOUSEHOLD_TYPE: ("household_type", HouseholdType),
    PersonColumn.SOURCE: ("case_source", CaseSource),
}
_ALSO: Final[Mapping[PersonColumn, Mapping[StrEnum, str]]] = {
    PersonColumn.ID_TYPE: {IdType.ID_CARD: "身份证 居民身份证 idcard"},
    PersonColumn.HOUSEHOLD_TYPE: {
        HouseholdType.ORDINARY: "普通 普通户 一般 一般家庭",
        HouseholdType.NEAR_MINIMUM_INCOME: "低保边缘家庭 低保边缘户",
        HouseholdType.EXPENDITURE_POVERTY: "支出型贫困家庭",
        HouseholdType.EXTREME_HARDSHIP: "特困 特困人员 特困供养人员",
        HouseholdType.MINIMUM_INCOME: "低保户 低保家庭 最低生活保障",
    },
    PersonColumn.INSURANCE_TYPE: {
        InsuranceType.EMPLOYEE: "职工 城镇职工 城镇职工医保 城镇职工基本医疗保险 职工基本医疗保险",
        InsuranceType.RESIDENT: "居民 城乡居民 城乡居民医保 城乡居民基本医疗保险 城镇居民医保 新农合",
        InsuranceType.COMMERCIAL: "商业医疗保险 商保",
        InsuranceType.SELF_PAID: "全自费 无医保",
    },
    PersonColumn.SOURCE: {
        CaseSource.PUBLICITY: "宣传",
        CaseSource.SELF_REFERRED: "本人求助 自行求助 主动",
        CaseSource.COMMUNITY: "社区",
        CaseSource.GOVERNMENT: "政府转介 政府部门",
        CaseSource.ORGANIZATION: "机构转介 其他机构",
    },
}
"""What hospitals write in their lists beside coord's own words."""
_DAYS: Final = (PersonColumn.BIRTH_DATE, PersonColumn.FIRST_DIAGNOSED_ON)
_LONGEST: Final = {PersonColumn.PHONE: 40, PersonColumn.CODE: 40, PersonColumn.DISTRICT: 40, PersonColumn.ALIAS: 40,
                   PersonColumn.ID_NUMBER: 40, PersonColumn.MRN: 40}  # fmt: skip
_LINE: Final = 100
_REASONS: Final = {"REQUIRED": Reason.MISSING_ID_TYPE, "FUTURE_DATE": Reason.FUTURE_DATE}


def read_person(record: Record, today: date) -> SheetClient | list[Fault]:
    """The person whom a row tells of, or everything that is wrong with it in the order of the sheet."""
    faults: list[Fault] = []
    found: dict[str, Any] = {}
    for column in PersonColumn:
        if column is PersonColumn.NUMBER:
            continue
        try:
            found |= _read(column, record.get(column), today)
        except BadCell as bad:
            faults.append(Fault(column, bad.reason, bad.arguments))
    if not faults and not found.get("name"):
        faults.append(Fault(PersonColumn.NAME, Reason.MISSING_NAME))
    return faults or _judged(found, today)


def _judged(found: Mapping[str, Any], today: date) -> SheetClient | list[Fault]:
    try:
        given = SheetClient.parse(found)
    except Invalid as refused:
        return [_fault(problem) for problem in refused.problems]
    problems = [*check_record(given, given.birth_year, today)]
    if problems:
        return [_fault(problem) for problem in problems]
    if given.code is None and not hashes_of(given):
        return [Fault(PersonColumn.CODE, Reason.NEEDS_MORE)]
    return given


def hashes_of(given: SheetClient) -> Sequence[bytes]:
    """The hashes by which the same person is known: by a document, or by name, birth year and phone together."""
    number = number_of(given)
    alike = likeness_hashes(given.name or "", birth_year_of(given, given.birth_year), given.phone)
    return [*alike, *([] if number is None else [id_hash(number)])]


def _fault(problem: Problem) -> Fault:
    spelled = problem.code.lower()
    reason = _REASONS.get(problem.code) or (Reason(spelled) if spelled in set(Reason) else Reason.NOT_VALID)
    column = problem.field if problem.field in set(PersonColumn) else PersonColumn.BIRTH_DATE
    return Fault(PersonColumn(column), reason, dict(problem.arguments))


def _read(column: PersonColumn, cell: str, today: date) -> Mapping[str, Any]:
    """The fields that a cell gives, by their names in ``SheetClient``."""
    if not cells.plain(cell):
        return {}
    if column is PersonColumn.BIRTH_DATE:
        return _birth(cell, today)
    if column in _DAYS:
        return {column.value: cells.day(cell, "")}
    if column in _FAMILIES:
        return {column.value: _choice(column, cell)}
    if column is PersonColumn.GENDER:
        return {column.value: cells.gender(cell)}
    return {column.value: cells.line(cell, limit=_LONGEST.get(column, _LINE), reason=Reason.CONTROL_CHARACTERS)}


def _birth(cell: str, today: date) -> Mapping[str, Any]:
    """The day of birth; the year where no more is said."""
    try:
        return {"birth_date": cells.day(cell, "")}
    except BadCell:
        return {"birth_year": cells.birth_year(cell, today.year)}


def _choice(column: PersonColumn, cell: str) -> StrEnum:
    known = _words(column)
    found = known.get(_key(cell))
    if found is None:
        family, codes = _FAMILIES[column]
        spoken = words(next(iter(LANGUAGES)))
        raise BadCell(Reason.BAD_CHOICE, choices="、".join(spoken(f"{family}.{code}") for code in codes))
    return found


def _key(cell: str) -> str:
    return cells.plain(cell).lower().replace(" ", "")


@cache
def _words(column: PersonColumn) -> Mapping[str, StrEnum]:
    """What a cell may say: the codes, and their words in every language of coord."""
    family, codes = _FAMILIES[column]
    spoken = [words(language) for language in LANGUAGES]
    found: dict[str, StrEnum] = {_key(say(f"{family}.{code}")): code for say in spoken for code in codes}
    found |= {code.value.lower(): code for code in codes}
    return found | {spelled: code for code, said in _ALSO[column].items() for spelled in said.split()}
