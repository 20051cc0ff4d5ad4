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


# The first spelling is the one that coord itself writes; an earlier one wins where two columns fit.
_SPELLINGS: Mapping[StrEnum, str] = {
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
_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")
_DECORATION = re.compile(r"[\s*:：._/\-、,，;；\"']")


def _plain(heading: str) -> str:
    text = narrow(without_invisible(heading)).lower()
    return _DECORATION.sub("", _IN_BRACKETS.sub("", text)) or _DECORATION.sub("", text)


class Layout:
    """What a table of one kind looks like: its headings, which must be there, and what makes a row one of its records."""

    def __init__(
        self,
        spellings: Mapping[StrEnum, str],
        *,
        required: Sequence[StrEnum],
        enough: int,
        dated: Sequence[StrEnum],
        told: Sequence[StrEnum],
    ) -> None:
        """``spellings``: headings of a column, the one that coord writes first; an earlier one wins where two fit.

        ``enough``: a row with so many known headings is the header. ``dated``: columns that a row of totals leaves
        empty. ``told``: a row that says nothing in all of these is a remark.
        """
        self.columns = tuple(spellings)
        self.required, self.enough, self.dated, self.told = tuple(required), enough, tuple(dated), tuple(told)
        self._spellings = spellings
        self._ranks = {
            spelling: (column, rank)
            for column, known in spellings.items()
            for rank, spelling in enumerate(known.split())
        }

    def columns_of(self, row: Sequence[str]) -> dict[StrEnum, int]:
        """Column -> position for the headings of a row that are known."""
        best: dict[StrEnum, tuple[int, int]] = {}
        for position, heading in enumerate(row):
            if (known := self._ranks.get(_plain(heading))) is None:
                continue
            column, rank = known
            if column not in best or rank < best[column][0]:
                best[column] = (rank, position)
        return {column: position for column, (_, position) in best.items()}

    def heading_of(self, column: StrEnum) -> str:
        """The heading that coord writes for a column."""
        return self._spellings[column].split()[0]

    @property
    def headings(self) -> Sequence[str]:
        """The headings that coord writes, in their order."""
        return [self.heading_of(column) for column in self.columns]


CONTACTS = Layout(
    _SPELLINGS,
    required=(Column.DATE, Column.SERVICE, Column.MINUTES),
    enough=3,
    dated=(Column.DATE, Column.SERVICE),
    told=(Column.DATE, Column.SERVICE, Column.CLIENT, Column.MINUTES, Column.HEADS),
)
"""The table of services of a month."""
