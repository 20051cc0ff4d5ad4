"""Agreements through the API: what was agreed, budget, tranches with conditions, the ledger. Amounts are decimals."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import strawberry

from coord.agreements.codes import (
    AgreementState,
    BudgetCategory,
    BudgetRevision,
    BudgetStatus,
    Comparison,
    ConditionKind,
    ConditionState,
    EntryKind,
    TrancheKind,
    TrancheState,
)
from coord.agreements.inputs import AgreementFilter
from coord.agreements.reads import AGREEMENTS, ENTRIES, conditions_of, lines_of, totals_of, tranches_of
from coord.agreements.reads import agreements as read_agreements
from coord.kernel.money import major
from schema import agreement_codes as _codes
from schema.ids import global_id
from schema.inputs import raw
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization
from schema.paging import GIVEN, After, Connection, First, connected, counted, given
from schema.programs import PROGRAM, Program
from schema.rows import Derived, Shape
from schema.scalars import Date, DateTime, Decimal


def _agreed(name: str) -> Derived:
    return Derived(lambda row: row[f"agreed.{name}"], (f"agreed.{name}",))


def _amount(path: str) -> Derived:
    return Derived(lambda row: str(major(row[path], row["currency"])), (path, "currency"))


AGREEMENT = Shape(
    "Agreement",
    ("reference", "currency", "state", "version", "related_party", "fictional"),
    objects={"funder": ORGANIZATION, "grantee": ORGANIZATION, "program": PROGRAM},
    derived={
        **{name: _agreed(name) for name in ("title", "purpose", "starts_on", "ends_on", "signed_on")},
        "committed": _amount("agreed.committed"),
    },
    needs=dict.fromkeys(("money", "budget_lines", "tranches", "ledger"), ("id", "currency")),
)
ENTRY = Shape(
    "LedgerEntry",
    ("kind", "currency", "booked_on", "memo", "recorded_at"),
    derived={
        "amount": _amount("amount"),
        "reverses": Derived(
            lambda row: row["reverses_id"] and global_id("LedgerEntry", row["reverses_id"]), ("reverses_id",)
        ),
    },
)  # fmt: skip


@strawberry.type(description="The money of an agreement, added up from its rows. 协议资金，由账目汇总。")
class AgreementMoney:
    """Sums in the agreement's currency."""

    committed: Decimal
    paid: Decimal = strawberry.field(description="Disbursements less refunds. 拨付减退回。")
    open: Decimal = strawberry.field(description="Tranches that are neither paid nor canceled. 未拨付的批次。")
    remaining: Decimal = strawberry.field(description="Below zero where tranches promise too much. 余额。")
    spent: Decimal


@strawberry.type(description="Money for one purpose in at most a year. 预算科目。")
class BudgetLine:
    """A line; replaced ones are listed as well."""

    id: strawberry.ID
    category: BudgetCategory
    revision: BudgetRevision
    status: BudgetStatus
    period_start: Date
    period_end: Date
    amount: Decimal
    replaces: strawberry.ID | None = strawberry.field(description="The line in whose place it stands. 被替换的科目。")


@strawberry.type(description="What a payment waits for. 拨款条件。")
class TrancheCondition:
    """A condition."""

    id: strawberry.ID
    kind: ConditionKind
    text: str
    due_on: Date | None
    state: ConditionState
    evidence: str | None
    indicator: str | None
    comparison: Comparison | None
    threshold_numerator: Decimal | None
    threshold_denominator: Decimal | None
    period: str | None
    reason: str | None


async def conditions(info: Info, root: strawberry.Parent[Any]) -> list[TrancheCondition]:
    """The conditions of a tranche; those of all tranches in one statement."""
    found = await _children(info, "conditions", conditions_of, root.row_id)
    return [_condition(row) for row in found]


@strawberry.type(description="A payment to come. 拨款批次。")
class Tranche:
    """A tranche."""

    row_id: strawberry.Private[Any]
    id: strawberry.ID
    number: int
    kind: TrancheKind
    amount: Decimal
    due_on: Date
    state: TrancheState
    paid_on: Date | None
    reason: str | None
    conditions: list[TrancheCondition] = strawberry.field(
        resolver=conditions, description="All of them must be met or waived. 须全部满足或豁免。"
    )


@strawberry.type(description="A row of the ledger; it never changes. 账目，只增不改。")
class LedgerEntry(Node):
    """An entry."""

    shape = ENTRY
    kind: EntryKind
    amount: Decimal = strawberry.field(description="Negative for a reversal, or less committed. 冲销或减少承诺为负数。")
    currency: str
    booked_on: Date
    memo: str | None
    recorded_at: DateTime
    reverses: strawberry.ID | None = strawberry.field(description="The entry that it takes back. 所冲销的账目。")


Reader = Callable[[Any, Any], Any]


async def _children(info: Info, name: str, reader: Reader, key: Any) -> Sequence[Any]:
    async def load(ids: list[Any]) -> list[Any]:
        found: Mapping[Any, Any] = await reader(info.context.unit, ids)
        return [found[one] for one in ids]

    found: Sequence[Any] = await info.context.loader(f"agreement.{name}", load).load(key)
    return found


async def money(info: Info, root: strawberry.Parent[Any]) -> AgreementMoney:
    """The sums of an agreement; those of all agreements of a page in three statements."""
    held: Any = await _children(info, "money", totals_of, root.column("id"))
    currency = root.column("currency")
    return AgreementMoney(
        **{name: _dec(getattr(held, name), currency) for name in ("committed", "paid", "open", "remaining", "spent")}
    )


def _dec(amount: int, currency: str) -> Any:
    """An amount as a decimal is written: results go out without another conversion."""
    return str(major(amount, currency))


async def budget_lines(info: Info, root: strawberry.Parent[Any]) -> list[BudgetLine]:
    """The lines in the order in which they were made."""
    rows, currency = await _children(info, "lines", lines_of, root.column("id")), root.column("currency")
    return [
        BudgetLine(
            id=strawberry.ID(global_id("BudgetLine", row.id)), category=row.category, revision=row.revision,
            status=row.status, period_start=row.period_start, period_end=row.period_end,
            amount=_dec(row.amount, currency),
            replaces=None if row.replaces_id is None else strawberry.ID(global_id("BudgetLine", row.replaces_id)),
        )
        for row in rows
    ]  # fmt: skip


async def tranches(info: Info, root: strawberry.Parent[Any]) -> list[Tranche]:
    """The tranches in their order."""
    rows, currency = await _children(info, "tranches", tranches_of, root.column("id")), root.column("currency")
    return [
        Tranche(
            row_id=row.id, id=strawberry.ID(global_id("Tranche", row.id)), number=row.number, kind=row.kind,
            amount=_dec(row.amount, currency), due_on=row.due_on, state=row.state, paid_on=row.paid_on,
            reason=row.reason,
        )
        for row in rows
    ]  # fmt: skip


def _whole(number: int | None) -> Any:
    return None if number is None else str(number)


_PLAIN = ("kind", "text", "due_on", "state", "evidence", "indicator", "comparison", "period", "reason")


def _condition(row: Any) -> TrancheCondition:
    return TrancheCondition(
        id=strawberry.ID(global_id("TrancheCondition", row.id)),
        threshold_numerator=_whole(row.threshold_numerator),
        threshold_denominator=_whole(row.threshold_denominator),
        **{name: getattr(row, name) for name in _PLAIN},
    )


async def ledger(info: Info, root: strawberry.Parent[Any], first: First = 20, after: After = GIVEN) -> Any:
    """The ledger, the newest row first; those of all agreements of a page in one statement."""
    unit, request = info.context.unit, ENTRIES.request(first, given(after))
    wanted = info.wanted(ENTRY, "edges", "node")

    async def load(ids: list[Any]) -> list[Any]:
        pages = await ENTRIES.children(unit, wanted, "agreement_id", ids, request)
        totals = await ENTRIES.totals(unit, "agreement_id", ids) if info.selects("totalCount") else {}
        return [connected(ENTRY, pages[key], totals.get(key, 0)) for key in ids]

    return await info.context.loader(("agreement.ledger", wanted, request), load).load(root.column("id"))


@strawberry.type(description="Who funds whom, for what, under which conditions. 资助协议。")
class Agreement(Node):
    """An agreement."""

    shape = AGREEMENT
    reference: str
    title: str
    purpose: str
    program: Program
    funder: Organization
    grantee: Organization
    currency: str
    committed: Decimal
    starts_on: Date
    ends_on: Date
    signed_on: Date | None
    state: AgreementState
    version: int = strawberry.field(description="Each amendment is a further version. 每次变更为新版本。")
    related_party: bool
    fictional: bool = strawberry.field(description="Invented for a demonstration. 演示用虚构数据。")
    money: AgreementMoney = strawberry.field(resolver=money, description="Added up from the rows. 资金汇总。")
    budget_lines: list[BudgetLine] = strawberry.field(resolver=budget_lines, description="预算科目。 The budget.")
    tranches: list[Tranche] = strawberry.field(resolver=tranches, description="拨款批次。 Payments to come and made.")
    ledger: Connection[LedgerEntry] = strawberry.field(resolver=ledger, description="Newest first. 账目，按时间倒序。")


AgreementConnection = Connection[Agreement]
_ = _codes


@strawberry.input(name="AgreementFilter", description="Every field narrows. 各条件取交集。")
class AgreementFilterInput:
    """Which agreements."""

    program: str | None = GIVEN
    state: list[AgreementState] | None = GIVEN


async def agreements(
    info: Info,
    narrowed_by: Annotated[AgreementFilterInput | None, strawberry.argument(name="filter")] = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Agreements that the viewer may see, the newest first."""
    request = AGREEMENTS.request(first, given(after))
    narrowed = AgreementFilter.parse(raw(narrowed_by, {}) if given(narrowed_by) else {})
    wanted = info.wanted(AGREEMENT, "edges", "node")
    return await counted(info, AGREEMENT, await read_agreements(info.context.unit, wanted, request, narrowed))


AGREEMENTS_FIELD: Any = strawberry.field(
    resolver=agreements, description="Own and overseen ones, newest first. 可见的协议，按时间倒序。"
)
