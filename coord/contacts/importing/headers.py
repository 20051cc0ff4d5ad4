"""Which column is which: the headings that hospitals use, in any order. Pure."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from coord.kernel.text import narrow, without_invisible


class Column(StrEnum):
    """What a column of a workbook tells."""

    NUMBER = "number"
    DATE = "date"
    CLIENT = "client"
    NAME = "name"
    GENDER = "gender"
    BIRTH_YEAR = "birth_year"
    SERVICE = "service"
    STAGE = "stage"
    MINUTES = "minutes"
    HEADS = "heads"
    FAMILY = "family"
    WORKER = "worker"
    ATTENDANCE = "attendance"
    NOTE = "note"


REQUIRED = (Column.DATE, Column.SERVICE, Column.MINUTES)
ENOUGH = 3
"""A row with this many known headings is the header."""

# The first spelling is the one that coord itself writes; an earlier one wins where two columns fit.
_SPELLINGS: Mapping[Column, str] = {
    Column.NUMBER: "序号 序 行号 no number row 번호 순번 연번",
    Column.DATE: "服务日期 日期 活动日期 服务时间 date servicedate 서비스일자 서비스일 일자 날짜",
    Column.CLIENT: "服务对象编号 对象编号 服务对象代码 案主编号 个案编号 患者编号 编号 code client clientcode 대상자번호",
    Column.NAME: "姓名 服务对象姓名 服务对象 患者姓名 name 이름 성명 대상자명",
    Column.GENDER: "性别 gender sex 성별",
    Column.BIRTH_YEAR: "出生年份 出生年 出生年月 出生日期 birthyear 출생연도",
    Column.SERVICE: "服务类型 服务项目 服务类别 服务名称 服务方式 类型 项目 service servicetype 서비스유형 서비스",
    Column.STAGE: "服务阶段 阶段 stage 단계",
    Column.MINUTES: "时长 服务时长 时长分钟 分钟 分钟数 服务分钟 minutes duration 소요시간 시간",
    Column.HEADS: "服务对象人数 人数 服务人数 参加人数 参与人数 到场人数 人次 heads people 인원 참석인원",
    Column.FAMILY: "家属人数 家属 陪同家属人数 陪同家属 family 가족수 가족",
    Column.WORKER: "社工 社工姓名 服务社工 负责社工 医务社工 工作人员 worker socialworker 사회복지사 담당자",
    Column.ATTENDANCE: "是否完成 完成情况 是否到场 到场情况 是否出席 是否到 attended attendance completed 완료여부 참석여부",
    Column.NOTE: "备注 备注说明 说明 note notes remarks 비고",
}
_RANK: Mapping[str, tuple[Column, int]] = {
    spelling: (column, rank)
    for column, spellings in _SPELLINGS.items()
    for rank, spelling in enumerate(spellings.split())
}
_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")
_DECORATION = re.compile(r"[\s*:：._/\-、,，;；\"']")


def _plain(heading: str) -> str:
    text = narrow(without_invisible(heading)).lower()
    return _DECORATION.sub("", _IN_BRACKETS.sub("", text)) or _DECORATION.sub("", text)


def columns_of(row: Sequence[str]) -> dict[Column, int]:
    """Column -> position for the headings of a row that are known."""
    best: dict[Column, tuple[int, int]] = {}
    for position, heading in enumerate(row):
        if (known := _RANK.get(_plain(heading))) is None:
            continue
        column, rank = known
        if column not in best or rank < best[column][0]:
            best[column] = (rank, position)
    return {column: position for column, (_, position) in best.items()}


def heading_of(column: Column) -> str:
    """The heading that coord writes for a column."""
    return _SPELLINGS[column].split()[0]
