"""The demo's money, all of it invented: two gifts, one agreement under way, one that waits for its signature."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from coord.access import Actor
from coord.agreements import (
    add_agreement,
    add_budget_line,
    add_condition,
    add_tranche,
    allocate,
    book_entry,
    move_agreement,
    move_condition,
    move_tranche,
    record_gift,
)
from coord.agreements.inputs import (
    AddAgreement,
    AddBudgetLine,
    AddCondition,
    AddTranche,
    Allocate,
    BookEntry,
    MoveAgreement,
    MoveCondition,
    MoveTranche,
    RecordGift,
)
from coord.demo import places
from coord.demo.groundwork import fixed
from coord.demo.referrals import person
from coord.kernel.inputs import Input
from coord.kernel.workdays import same_month_day_after
from coord.results.aims import Aim
from coord.work import begin

_YEAR = 12
_GIFT = {"program": places.PROGRAM, "sponsor": fixed(places.SPONSOR), "related_party": False}
_LINES = (("POST", "360000"), ("SUPERVISION", "60000"), ("TRAINING", "48000"), ("EVALUATION", "32000"))


async def _do(actor: Actor, act: Any, model: type[Input], **given: Any) -> UUID:
    """One step of one person, through the same door as the pages."""
    async with begin(actor) as unit:
        made: UUID = await act(unit, model.parse(given))
        return made


async def lay_agreements(today: date) -> None:
    """What Ola writes and asks for, Oscar signs and approves."""
    ola, oscar = await person("ola"), await person("oscar")
    start = same_month_day_after(today, -9)
    gift = await _do(
        ola, record_gift, RecordGift, **_GIFT, idempotency_key=uuid4(), kind="RESTRICTED_DONATION", title="驻岗社工定向捐赠",
        purpose="医院驻岗社工、督导与培训", amount="1200000", received_on=start,
    )  # fmt: skip
    await _do(
        ola, record_gift, RecordGift, **_GIFT, idempotency_key=uuid4(), kind="IN_KIND", title="志愿者工时与饮用水",
        purpose="社区活动", goods="志愿服务 320 小时，饮用水 200 箱", amount="38000", received_on=same_month_day_after(start, 4),
    )  # fmt: skip
    signed = await _agreement(ola, gift, "2601", places.AGENCY, "500000", start)
    await _do(ola, move_agreement, MoveAgreement, agreement=signed, move="SUBMIT")
    await _do(oscar, move_agreement, MoveAgreement, agreement=signed, move="SIGN", signed_on=start)
    await _do(ola, move_agreement, MoveAgreement, agreement=signed, move="ACTIVATE")
    post = await _budget(ola, signed, start)
    await _payments(ola, oscar, signed, post, start)
    waiting = await _agreement(ola, gift, "2602", "A03", "280000", today)
    await _do(ola, move_agreement, MoveAgreement, agreement=waiting, move="SUBMIT")


async def _agreement(ola: Actor, gift: UUID, reference: str, grantee: str, committed: str, start: date) -> UUID:
    return await _do(
        ola, add_agreement, AddAgreement, idempotency_key=uuid4(), program=places.PROGRAM, reference=reference,
        title=f"驻岗社工服务协议 {reference}", purpose="在合作医院派驻社工，接受督导，按季度报告", funder=fixed(places.FOUNDATION),
        grantee=fixed(grantee), gift=gift, committed=committed, starts_on=start,
        ends_on=same_month_day_after(start, _YEAR) - timedelta(days=1),
    )  # fmt: skip


async def _budget(ola: Actor, agreement: UUID, start: date) -> UUID:
    """Four lines of a year; posts are for North and South. Returns the line of posts."""
    made = {}
    for category, amount in _LINES:
        made[category] = await _do(
            ola, add_budget_line, AddBudgetLine, agreement=agreement, category=category, amount=amount,
            period_start=start, period_end=same_month_day_after(start, _YEAR) - timedelta(days=1),
        )  # fmt: skip
    for hospital in (places.NORTH, places.SOUTH):
        await _do(ola, allocate, Allocate, line=made["POST"], hospital=fixed(hospital), amount="150000")
    return made["POST"]


async def _payments(ola: Actor, oscar: Actor, agreement: UUID, post: UUID, start: date) -> None:
    """The first tranche is paid and spent; the second waits for an accepted report and for an indicator."""
    first = await _do(
        ola, add_tranche, AddTranche, agreement=agreement, kind="INITIAL", amount="200000", due_on=start
    )  # fmt: skip
    contract = await _do(ola, add_condition, AddCondition, tranche=first, kind="DOCUMENT", text="双方盖章的协议原件")
    await _do(ola, move_condition, MoveCondition, condition=contract, move="SUBMIT", evidence="档案 2601-01")
    await _do(oscar, move_condition, MoveCondition, condition=contract, move="ACCEPT")
    await _do(ola, move_tranche, MoveTranche, tranche=first, move="REQUEST")
    await _do(oscar, move_tranche, MoveTranche, tranche=first, move="APPROVE")
    await _do(ola, move_tranche, MoveTranche, tranche=first, move="PAY", paid_on=start)
    for month in (2, 4, 6):
        await _do(
            ola, book_entry, BookEntry, idempotency_key=uuid4(), agreement=agreement, kind="EXPENDITURE", line=post,
            amount="52000", booked_on=same_month_day_after(start, month), memo="驻岗补贴",
        )  # fmt: skip
    second = await _do(
        ola, add_tranche, AddTranche, agreement=agreement, kind="INTERIM", amount="200000",
        due_on=same_month_day_after(start, 10),
    )  # fmt: skip
    report = await _do(ola, add_condition, AddCondition, tranche=second, kind="REPORT", text="中期报告通过")
    await _do(ola, move_condition, MoveCondition, condition=report, move="SUBMIT", evidence="中期报告 2601-02")
    await _do(
        ola, add_condition, AddCondition, tranche=second, kind="INDICATOR", text="转介闭环率达到 40%",
        indicator=Aim.CLOSED_LOOP.value, comparison="AT_LEAST", threshold_numerator=40, threshold_denominator=100,
        period=f"{start.year}Q{(start.month + 2) // 3}",
    )  # fmt: skip
    await _do(
        ola,
        add_tranche,
        AddTranche,
        agreement=agreement,
        kind="FINAL",
        amount="100000",
        due_on=same_month_day_after(start, 12),
    )
