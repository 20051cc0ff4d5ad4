"""The headings of a list of clients. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from coord.contacts.importing.headers import Layout


class PersonColumn(StrEnum):
    """What a column of a list of clients tells; the names are those of the record."""

    NUMBER = "number"
    CODE = "code"
    NAME = "name"
    GENDER = "gender"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    DISTRICT = "district"
    ALIAS = "alias"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    GUARDIAN = "guardian"
    EMERGENCY_CONTACT = "emergency_contact"
    SOURCE = "source"
    SOURCE_ORG = "source_org"
    INSURANCE_TYPE = "insurance_type"
    HOUSEHOLD_TYPE = "household_type"
    MRN = "mrn"
    DIAGNOSIS = "diagnosis"
    FIRST_DIAGNOSED_ON = "first_diagnosed_on"


_SPELLINGS: Mapping[StrEnum, str] = {
    PersonColumn.NUMBER: "序号 序 行号 no number row 번호 순번 연번",
    PersonColumn.CODE: "服务对象编号 个案编号 对象编号 案主编号 患者编号 编号 code client clientcode caseno 대상자번호",
    PersonColumn.NAME: "姓名 服务对象姓名 患者姓名 案主姓名 name 이름 성명 대상자명",
    PersonColumn.GENDER: "性别 gender sex 성별",
    PersonColumn.BIRTH_DATE: "出生日期 出生年月日 出生年月 出生年份 生日 birthdate dateofbirth birthyear 생년월일 출생연도",
    PersonColumn.PHONE: "联系电话 电话 手机 手机号 手机号码 phone mobile telephone 전화번호 연락처",
    PersonColumn.DISTRICT: "现住区县 区县 居住地 住址 district 거주지역",
    PersonColumn.ALIAS: "化名或代号 化名 代号 alias 가명",
    PersonColumn.ID_TYPE: "证件类型 idtype kindofdocument 신분증종류",
    PersonColumn.ID_NUMBER: "证件号码 身份证号 身份证号码 idnumber documentnumber 신분증번호",
    PersonColumn.GUARDIAN: "监护人 guardian 보호자",
    PersonColumn.EMERGENCY_CONTACT: "紧急联系人 emergencycontact 비상연락처",
    PersonColumn.SOURCE: "服务来源 来源 source howthepersoncame 의뢰경로",
    PersonColumn.SOURCE_ORG: "来源机构 sourceorg sourceorganization 의뢰기관",
    PersonColumn.INSURANCE_TYPE: "医保类型 医保 insurance insurancetype 의료보험종류",
    PersonColumn.HOUSEHOLD_TYPE: "家庭类型 household householdtype 가구유형",
    PersonColumn.MRN: "病案号 住院号 mrn medicalrecordnumber 병원등록번호",
    PersonColumn.DIAGNOSIS: "诊断 diagnosis 진단",
    PersonColumn.FIRST_DIAGNOSED_ON: "首诊日期 firstdiagnosedon 최초진단일",
}

PEOPLE = Layout(
    _SPELLINGS,
    required=(PersonColumn.NAME,),
    enough=2,
    dated=(PersonColumn.NAME,),
    told=tuple(column for column in PersonColumn if column is not PersonColumn.NUMBER),
)
"""The list of a hospital's clients."""
