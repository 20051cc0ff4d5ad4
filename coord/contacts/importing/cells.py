"""Single cells as hospitals really write them. Pure; each raises ``BadCell`` for what it cannot read."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from coord.clients.codes import CareStage, Gender
from coord.contacts.codes import AttendanceStatus
from coord.contacts.importing.reasons import BadCell, Reason
from coord.kernel.text import has_control_characters, narrow, without_invisible

_YMD = re.compile(r"(20\d\d|19\d\d)\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})\s*[日号일]?\.?")
_PACKED = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[月월/]\s*(\d{1,2})\s*[日号일]?")
_WITH_TIME = re.compile(r"[\sT]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$|\s*[(（]?(周|星期)[一二三四五六日天][)）]?$")
_SERIAL = re.compile(r"[2-6]\d{4}(\.\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)

_ABOUT = r"(?:约|大约|约为|近|~|≈|약)?\s*"
_MINUTES = re.compile(_ABOUT + r"(\d{1,4})(?:\.0+)?\s*(?:分钟|分鐘|分|min|mins|minutes|m|분|')?(?:左右)?")
_HOURS = re.compile(
    _ABOUT + r"(\d{1,2}(?:\.\d{1,2})?)\s*(?:个小时|小时|个钟|h|hr|hrs|hours|hour|시간)"
    r"\s*(?:(\d{1,2})\s*(?:分钟|分|min|m|분)?)?(?:左右)?"
)
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?")
_HALF_HOUR = re.compile(_ABOUT + r"半个?小时(?:左右)?")
_HEADS = re.compile(_ABOUT + r"(\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.0+)?\s*(?:人次|人|名|位|个|people|명)?(?:左右)?")
_YEAR = re.compile(r"(19\d\d|20\d\d)(?:\s*[年년].*|[-/.].*|\.0+)?")
_HOUR = 60

_STAGES: Mapping[str, CareStage] = {
    "就诊": CareStage.SEEKING_CARE,
    "治疗": CareStage.TREATMENT,
    "康复": CareStage.REHABILITATION,
    "社会回归": CareStage.SOCIAL_REINTEGRATION,
    "回归社会": CareStage.SOCIAL_REINTEGRATION,
    "진료": CareStage.SEEKING_CARE,
    "치료": CareStage.TREATMENT,
    "재활": CareStage.REHABILITATION,
    "사회복귀": CareStage.SOCIAL_REINTEGRATION,
    **{stage.value.lower(): stage for stage in CareStage},
}
_GENDERS: Mapping[str, Gender] = {
    **dict.fromkeys(("男", "男性", "m", "male", "남"), Gender.MALE),
    **dict.fromkeys(("女", "女性", "f", "female", "여"), Gender.FEMALE),
    **dict.fromkeys(("其他", "other"), Gender.OTHER),
    **dict.fromkeys(("", "未知", "不详", "unknown", "-", "/"), Gender.UNKNOWN),
}
_ATTENDED = ("是", "完成", "已完成", "到", "已到", "到场", "出席", "√", "✓", "✔", "y", "yes", "1", "예", "참석", "완료")
_NO_SHOW = ("未到", "否", "未完成", "没到", "缺席", "爽约", "×", "✗", "x", "n", "no", "0", "아니오", "불참", "미참석")
_CANCELED = ("取消", "已取消", "canceled", "cancelled", "취소")
_ATTENDANCE: Mapping[str, AttendanceStatus] = {
    **dict.fromkeys(_ATTENDED, AttendanceStatus.ATTENDED),
    **dict.fromkeys(_NO_SHOW, AttendanceStatus.NO_SHOW),
    **dict.fromkeys(_CANCELED, AttendanceStatus.CANCELED),
}


def prose(cell: str) -> str:
    """Free text: trimmed, without invisible marks; full-width punctuation stays.

    The apostrophe that keeps a spreadsheet from taking text for a formula is taken off again.
    """
    text = without_invisible(cell).strip().strip("\u3000")
    return text[1:] if text.startswith("'") and text[1:2] in tuple("=+-@") else text


def plain(cell: str) -> str:
    """Identifier text: half-width, trimmed, single spaces, without invisible marks."""
    return narrow(prose(cell))


def line(cell: str, *, limit: int, reason: Reason) -> str:
    """One line of at most ``limit`` characters."""
    text = plain(cell)
    if len(text) > limit:
        raise BadCell(Reason.TOO_LONG, limit=limit)
    if has_control_characters(text):
        raise BadCell(reason)
    return text


def day(cell: str, month: str) -> date:
    """A service date; one without a year belongs to the year of the workbook's month."""
    text = _WITH_TIME.sub("", plain(cell))
    if not text:
        raise BadCell(Reason.MISSING_DATE)
    if _SERIAL.fullmatch(text):
        return _SERIAL_ZERO + timedelta(days=int(float(text)))
    full = _YMD.fullmatch(text) or _PACKED.fullmatch(text)
    short = None if full else _MONTH_DAY.fullmatch(text)
    if full is None and short is None:
        raise BadCell(Reason.BAD_DATE)
    parts = full.groups() if full else (month[:4], *short.groups()) if short else ()
    try:
        return date(*map(int, parts))
    except ValueError:
        raise BadCell(Reason.BAD_DATE) from None


def minutes(cell: str, *, most: int) -> int | None:
    """A length in minutes; None for an empty cell."""
    text = plain(cell).lower()
    if not text:
        return None
    if found := _MINUTES.fullmatch(text):
        length = int(found[1])
    elif found := _HOURS.fullmatch(text):
        length = round(float(found[1]) * _HOUR) + int(found[2] or 0)
    elif found := _CLOCK.fullmatch(text):
        length = int(found[1]) * _HOUR + int(found[2])
    elif _HALF_HOUR.fullmatch(text):
        length = _HOUR // 2
    else:
        raise BadCell(Reason.BAD_DURATION)
    if length > most:
        raise BadCell(Reason.BAD_DURATION)
    return length


def heads(cell: str, *, most: int) -> int | None:
    """A number of people; None for an empty cell."""
    text = plain(cell)
    if not text:
        return None
    found = _HEADS.fullmatch(text)
    number = int(found[1].replace(",", "")) if found else most + 1
    if number > most:
        raise BadCell(Reason.BAD_HEADCOUNT)
    return number


def birth_year(cell: str, this_year: int) -> int | None:
    """A year of birth, also from a full date; None for an empty cell."""
    text = plain(cell)
    if not text:
        return None
    found = _YEAR.fullmatch(text)
    if found is None or int(found[1]) > this_year:
        raise BadCell(Reason.BAD_BIRTH_YEAR)
    return int(found[1])


def gender(cell: str) -> Gender:
    """Male, female, other; unknown for an empty cell."""
    found = _GENDERS.get(plain(cell).lower())
    if found is None:
        raise BadCell(Reason.BAD_GENDER)
    return found


def stage(cell: str) -> CareStage | None:
    """The care stage; None for an empty cell."""
    text = plain(cell).lower().replace(" ", "_")
    if text and text not in _STAGES:
        raise BadCell(Reason.BAD_STAGE)
    return _STAGES.get(text)


def attendance(cell: str) -> AttendanceStatus:
    """Whether it took place. An empty cell says nothing, and a number must not rest on a guess."""
    found = _ATTENDANCE.get(plain(cell).lower())
    if found is None:
        raise BadCell(Reason.BAD_ATTENDANCE)
    return found


def workers(cell: str) -> tuple[str, ...]:
    """The workers of a service, the first one leading; several are set apart by a comma or slash."""
    names = (part.strip() for part in re.split(r"[、,;/&+]|\s和\s", plain(cell)))
    return tuple(dict.fromkeys(name for name in names if name))
