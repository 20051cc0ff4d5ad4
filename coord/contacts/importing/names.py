"""Hospitals' words for services: defaults here, people's own additions in the table ``service_name``."""

from collections.abc import Mapping

from coord.contacts.codes import ServiceCode
from coord.kernel.text import narrow, without_invisible

_DEFAULTS: Mapping[ServiceCode, str] = {
    ServiceCode.CASE_CONTACT: (
        "个案面谈 个案服务 个案访谈 个案 面谈 个案辅导 个案跟进 个案会谈 心理疏导 情绪支持 家属支持 电话随访 电访 电话回访 "
        "电话跟进 随访 回访 개별상담 사례관리접촉 individualcasecontact"
    ),
    ServiceCode.GROUP_SESSION: "小组活动 小组 小组工作 支持小组 小组服务 团体活动 团体辅导 집단프로그램회기 집단프로그램 groupsession",
    ServiceCode.COMMUNITY_EVENT: (
        "科普讲座 社区活动 主题活动 病友会 讲座 健康讲座 科普活动 科普宣传 宣传活动 义诊活动 지역사회행사 교육 communityevent"
    ),
    ServiceCode.BEDSIDE_VISIT: "病房探访 床旁探访 病房走访 查房探访 床边探访 探访 병동방문 bedsidevisit ward/bedsidevisit",
    ServiceCode.HOME_VISIT: "入户探访 家访 入户走访 上门探访 가정방문 homevisit",
    ServiceCode.CONSULTATION: "政策咨询 咨询 就医咨询 资源咨询 来访咨询 门诊咨询 단회상담 consultation",
    ServiceCode.CRISIS: "危机干预 危机介入 위기개입 crisisintervention",
    ServiceCode.DISCHARGE_PLAN: "出院计划 出院准备 出院准备服务 出院指导 퇴원계획 dischargeplanning",
    ServiceCode.RESOURCE_LINK: "资源链接 链接资源 资源连接 资源对接 자원연계 resourcelinking",
    ServiceCode.PATIENT_AID: "患者救助 医疗救助申请 医疗救助 救助申请 经济救助 의료비지원 financial-aidapplication",
    ServiceCode.DOCTOR_PATIENT_COMM: "医患沟通 医患沟通协调 医患协调 의사소통중재 doctor–patientcommunication",
    ServiceCode.MDT: "多学科诊疗 个案研讨会 多学科会诊 个案研讨 mdt 다학제사례회의",
    ServiceCode.VOLUNTEER_MGMT: "志愿者管理 志愿服务管理 志愿者服务 자원봉사자관리 volunteermanagement",
    ServiceCode.SUPPORTER_TRAINING: "支持者赋能培训 支持者培训 支持者赋能 家属培训 지지자역량강화 supporterempowerment",
    ServiceCode.STAFF_SUPPORT: "医护支持 医护减压 减压 의료진지원 staffsupport",
    ServiceCode.HOTLINE: "热线 线上咨询 热线咨询 网络咨询 热线服务 전화상담 온라인상담 hotline",
    ServiceCode.SUPERVISION_RECEIVED: "接受督导 督导 슈퍼비전수혜 supervisionreceived",
    ServiceCode.ADMIN: "行政 文书 交通 行政工作 文书工作 행정 admin",
}


def name_key(name: str) -> str:
    """How names of services are compared: half-width, lower case, without spaces."""
    return narrow(without_invisible(name)).lower().replace(" ", "")


DEFAULT_NAMES: Mapping[str, ServiceCode] = {
    **{name_key(code.value): code for code in ServiceCode},
    **{name: code for code, names in _DEFAULTS.items() for name in names.split()},
}
"""Known names, as ``name_key`` writes them."""
