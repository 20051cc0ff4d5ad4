"""The codes of referrals as enums of the schema, for every file that shows them."""

import strawberry

from coord.referrals.codes import (
    ContactChannel,
    ReferralDirection,
    ReferralKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralRelation,
    ReferralState,
    Urgency,
)

for _enum, _meaning in (
    (ContactChannel, "How somebody tried to reach a person. 联系方式。"),
    (ReferralOutcome, "How it ended for the person. 转介结果。"),
    (ReferralReason, "Why it was declined, returned, withdrawn or has failed. 原因代码。"),
    (ReferralDirection, "Down to the community, up to the hospital, sideways, or asked for. 转介方向。"),
    (ReferralKind, "Social-work or clinical referral. 转介或转诊。"),
    (ReferralNeed, "What the person is referred for. 转介需求。"),
    (ReferralState, "Where a referral stands. 转介状态。"),
    (ReferralRelation, "How it follows from its parent. 与上级转介的关系。"),
    (Urgency, "How soon an answer is due. 紧急程度。"),
):
    strawberry.enum(_enum, description=_meaning)
