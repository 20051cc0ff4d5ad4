"""The aims of the depression-intervention program as a framework to start from: nodes, indicators, their sources.

An aim that nothing in coord records yet has no source, and says so: its figure stays empty, nobody types it in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coord.results.codes import Aggregation, Direction, IndicatorUnit, ResultLevel, SourceKind


class AimComponent(StrEnum):
    """The parts of the program."""

    EMBEDDED_WORKERS = "EMBEDDED_WORKERS"
    REFERRAL_NETWORK = "REFERRAL_NETWORK"
    SUPPORTERS = "SUPPORTERS"


class AimNode(StrEnum):
    """The results of the program."""

    STAYING_WELL = "STAYING_WELL"
    TREATMENT = "TREATMENT"
    CONTINUITY = "CONTINUITY"
    WORKFORCE = "WORKFORCE"
    SUPPORTER_EMPOWERMENT = "SUPPORTER_EMPOWERMENT"


class Aim(StrEnum):
    """What the program set out to reach."""

    ADHERENCE = "ADHERENCE"
    ADEQUATE_TREATMENT = "ADEQUATE_TREATMENT"
    DAYS_TO_RELAPSE = "DAYS_TO_RELAPSE"
    RESPONSE = "RESPONSE"
    REMISSION = "REMISSION"
    CLOSED_LOOP = "CLOSED_LOOP"
    FOLLOW_UP_72H = "FOLLOW_UP_72H"
    FOLLOW_UP_7D = "FOLLOW_UP_7D"
    LOST_CONTACT = "LOST_CONTACT"
    TRAINED_BEFORE_DEPLOYED = "TRAINED_BEFORE_DEPLOYED"
    SUPPORTERS_CERTIFIED = "SUPPORTERS_CERTIFIED"


@dataclass(frozen=True, slots=True)
class NodeSeed:
    """A result to start from."""

    level: ResultLevel
    component: AimComponent
    title: str
    parent: AimNode | None = None


@dataclass(frozen=True, slots=True)
class IndicatorSeed:
    """An indicator to start from; without ``source`` it has none."""

    node: AimNode
    title: str
    citation: str
    source_kind: SourceKind = SourceKind.NONE
    source: str | None = None
    unit: IndicatorUnit = IndicatorUnit.PERCENT
    direction: Direction = Direction.UP

    @property
    def aggregation(self) -> Aggregation:
        """Counts are added, everything else is sum over sum."""
        return Aggregation.SUM if self.unit is IndicatorUnit.COUNT else Aggregation.RATIO_OF_SUMS


COMPONENTS: Mapping[AimComponent, str] = {
    AimComponent.EMBEDDED_WORKERS: "驻岗社工",
    AimComponent.REFERRAL_NETWORK: "双向转介",
    AimComponent.SUPPORTERS: "支持者赋能",
}
NODES: Mapping[AimNode, NodeSeed] = {
    AimNode.STAYING_WELL: NodeSeed(ResultLevel.IMPACT, AimComponent.EMBEDDED_WORKERS, "复发减少、复发推迟"),
    AimNode.TREATMENT: NodeSeed(
        ResultLevel.OUTCOME, AimComponent.EMBEDDED_WORKERS, "坚持治疗、好转", AimNode.STAYING_WELL
    ),
    AimNode.CONTINUITY: NodeSeed(
        ResultLevel.OUTCOME, AimComponent.REFERRAL_NETWORK, "院内服务与社区服务不断线", AimNode.STAYING_WELL
    ),
    AimNode.WORKFORCE: NodeSeed(
        ResultLevel.OUTPUT, AimComponent.EMBEDDED_WORKERS, "先培后用的驻岗队伍", AimNode.TREATMENT
    ),
    AimNode.SUPPORTER_EMPOWERMENT: NodeSeed(
        ResultLevel.OUTPUT, AimComponent.SUPPORTERS, "经过培训的支持者", AimNode.TREATMENT
    ),
}
_RATIO, _OUTCOME = SourceKind.RATIO, SourceKind.OUTCOME
_DRR = "Depression remission or response, days 120 to 240 after a PHQ-9 of 10 or more, where the 240 days ended"
INDICATORS: Mapping[Aim, IndicatorSeed] = {
    Aim.ADHERENCE: IndicatorSeed(
        AimNode.TREATMENT, "治疗依从性（按约就诊）", "Q11: kept visits over arranged visits; no data on medication",
        _RATIO, "visit_kept_rate",
    ),
    Aim.ADEQUATE_TREATMENT: IndicatorSeed(
        AimNode.TREATMENT, "充分治疗率",
        "Q12: closed cases whose treatment was adequate, as the treating doctor says, over those of which that is known",
        _RATIO, "adequate_treatment_rate",
    ),
    Aim.DAYS_TO_RELAPSE: IndicatorSeed(
        AimNode.STAYING_WELL, "缓解到复发的平均天数", "Program definition, no standard: PHQ-9 of 10 or more and 6 above the lowest",
        _OUTCOME, "OUT_DAYS_TO_RELAPSE", IndicatorUnit.DAYS,
    ),
    # Of people whose window is over, as the release says it: before that, nobody can have been followed up.
    Aim.RESPONSE: IndicatorSeed(AimNode.TREATMENT, "治疗有效率", _DRR, _RATIO, "phq9_response_rate"),
    Aim.REMISSION: IndicatorSeed(AimNode.TREATMENT, "缓解率", _DRR, _RATIO, "phq9_remission_rate"),
    Aim.CLOSED_LOOP: IndicatorSeed(
        AimNode.CONTINUITY, "转介闭环率", "Referrals closed with feedback over referrals sent", _RATIO, "closed_loop_rate"
    ),
    Aim.FOLLOW_UP_72H: IndicatorSeed(
        AimNode.CONTINUITY, "出院后 72 小时随访率", "England: contact within 72 hours of discharge", _RATIO,
        "followup_72h_rate",
    ),
    Aim.FOLLOW_UP_7D: IndicatorSeed(
        AimNode.CONTINUITY, "出院后 7 天随访率", "Follow-up within 7 days of discharge", _RATIO, "followup_7d_rate"
    ),
    Aim.LOST_CONTACT: IndicatorSeed(
        AimNode.CONTINUITY, "失访率", "Q10: cases closed because contact was lost over cases closed", _RATIO,
        "lost_contact_rate", direction=Direction.DOWN,
    ),
    Aim.TRAINED_BEFORE_DEPLOYED: IndicatorSeed(
        AimNode.WORKFORCE, "先培后用合规率", "Q15: filled posts whose worker was trained before, over filled posts, by month",
        _RATIO, "trained_before_deployed_rate",
    ),
    Aim.SUPPORTERS_CERTIFIED: IndicatorSeed(
        AimNode.SUPPORTER_EMPOWERMENT, "取得证书的支持者人数", "Certificates that trainings of supporters gave",
        SourceKind.MEASURE, "supporters_certified", IndicatorUnit.COUNT,
    ),
}  # fmt: skip
ORDER: Sequence[Aim] = tuple(INDICATORS)
