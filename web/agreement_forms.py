"""The forms of agreements, each a list of fields: gifts, drafts, amendments, budget, tranches, conditions, the ledger."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from coord.agreements import (
    add_agreement,
    add_budget_line,
    add_condition,
    add_tranche,
    allocate,
    amend,
    book_entry,
    record_gift,
)
from coord.agreements.booking import BY_HAND
from coord.agreements.codes import BudgetCategory, BudgetStatus, Comparison, ConditionKind, GiftKind, TrancheKind
from coord.agreements.inputs import (
    AddAgreement,
    AddBudgetLine,
    AddCondition,
    AddTranche,
    Allocate,
    Amend,
    BookEntry,
    RecordGift,
)
from coord.agreements.reads import AGREEMENTS, gifts, lines_of
from coord.kernel.money import DIGITS, major
from coord.placements import PLACEMENTS
from coord.placements import placements as read_placements
from coord.programs import Part, participants
from coord.results.reads import current_definitions
from coord.work import Unit
from web.agreements import PATH
from web.desk import Options, id_of, options
from web.forms import Form
from web.foundation import scope_of
from web.plain_forms import Described, Entry, FormPage, pages_of
from web.words import money, t

_ONE = f"{PATH}/{{agreement}}"
_MANAGE = "agreement.manage"
_FUNDERS = (Part.FOUNDATION, Part.SPONSOR)
_GRANTEES = (Part.HOSPITAL, Part.AGENCY, Part.ASSOCIATION, Part.COMMUNITY)
_MOST_POSTS = 100


def entry(
    name: str, kind: str = "line", choices: Options = (), empty: str | None = None, hint: str | None = None
) -> Entry:
    """A field with the word of its name."""
    return Entry(name, t(f"money_field.{name}"), kind, choices, None if hint is None else t(hint), empty)


def words_of(prefix: str, codes: Iterable[StrEnum]) -> Options:
    """Choices in the order of their codes."""
    return options(prefix, codes)


async def _named(unit: Unit, program: Any, parts: Sequence[Part]) -> Options:
    return [(str(key), name) for key, name in await participants(unit, program, parts)]


def _currencies() -> Options:
    return [(code, code) for code in DIGITS]


async def _gift(unit: Unit, form: Form) -> Described:
    scope = await scope_of(unit, form)
    sponsors = await _named(unit, scope.program["id"], [Part.SPONSOR])
    entries = [
        entry("sponsor", "choice", sponsors), entry("kind", "choice", words_of("gift_kind", GiftKind)), entry("title"),
        entry("purpose", "area"), entry("goods", "area", hint="money_hint.goods"), entry("amount", "number", hint="money_hint.amount"),
        entry("currency", "choice", _currencies()), entry("received_on", "date"), entry("related_party", "check"),
    ]  # fmt: skip
    back = (f"{PATH}?program={scope.code}", t("nav.agreements"))
    return Described(entries, back, str(scope.program["name"]), {"program": scope.code}, ("program",))


async def _draft(unit: Unit, form: Form) -> Described:
    scope = await scope_of(unit, form)
    key = scope.program["id"]
    given = [(str(row["id"]), f"{row['title']} · {row['sponsor']}") for row in await gifts(unit, scope.code)]
    entries = [
        entry("reference"), entry("title"), entry("purpose", "area"),
        entry("funder", "choice", await _named(unit, key, _FUNDERS)),
        entry("grantee", "choice", await _named(unit, key, _GRANTEES)),
        entry("gift", "choice", given, t("money_field.no_gift")), entry("committed", "number", hint="money_hint.amount"),
        entry("currency", "choice", _currencies()), entry("starts_on", "date"), entry("ends_on", "date"),
        entry("related_party", "check"),
    ]  # fmt: skip
    back = (f"{PATH}?program={scope.code}", t("nav.agreements"))
    return Described(entries, back, str(scope.program["name"]), {"program": scope.code}, ("program",))


async def _agreement(unit: Unit, form: Form) -> Any:
    return await AGREEMENTS.one(unit, AGREEMENTS.paths, id_of(form.value("agreement")))


def _described(row: Any, entries: Sequence[Entry], *hidden: str, **start: str) -> Described:
    about = f"{row['agreed.title']} · {row['reference']}"
    back = (f"{PATH}/{row['id']}", str(row["agreed.title"]))
    return Described(entries, back, about, start, ("agreement", *hidden))


async def _amendment(unit: Unit, form: Form) -> Described:
    row = await _agreement(unit, form)
    wants_reason = [] if row["state"] == "DRAFT" else [entry("reason")]
    entries = [
        entry("title"), entry("purpose", "area"), entry("committed", "number", hint="money_hint.amount"),
        entry("starts_on", "date"), entry("ends_on", "date"), *wants_reason,
    ]  # fmt: skip
    start = {name: str(row[f"agreed.{name}"]) for name in ("title", "purpose", "starts_on", "ends_on")}
    return _described(row, entries, committed=str(major(row["agreed.committed"], row["currency"])), **start)


async def _line(unit: Unit, form: Form) -> Described:
    row = await _agreement(unit, form)
    revised = [entry("reason")] if form.value("replaces") else []
    entries = [
        entry("category", "choice", words_of("budget_category", BudgetCategory)),
        entry("hospital", "choice", await _named(unit, row["program_id"], [Part.HOSPITAL]), t("money_field.any_hospital")),
        entry("status", "choice", words_of("budget_status", reversed(BudgetStatus))),
        entry("period_start", "date", hint="money_hint.year"), entry("period_end", "date"),
        entry("amount", "number", hint="money_hint.amount"), *revised,
    ]  # fmt: skip
    return _described(row, entries, "replaces", **await _start_of_line(unit, row, form))


async def _start_of_line(unit: Unit, row: Any, form: Form) -> dict[str, str]:
    """A revised line starts as the one that it replaces, a new one with the agreement's days."""
    for known in (await lines_of(unit, [row["id"]]))[row["id"]]:
        if str(known.id) == form.value("replaces"):
            return {
                "category": known.category.value, "hospital": str(known.hospital_id or ""),
                "status": known.status.value, "period_start": str(known.period_start),
                "period_end": str(known.period_end), "amount": str(major(known.amount, row["currency"])),
            }  # fmt: skip
    first: date = row["agreed.starts_on"]
    last = min(row["agreed.ends_on"], date(first.year, 12, 31))
    return {"period_start": str(first), "period_end": str(last)}


async def _allocation(unit: Unit, form: Form) -> Described:
    row = await _agreement(unit, form)
    wanted = ("id", "hospital.name", "worker.display_name", "department")
    page = await read_placements(unit, wanted, PLACEMENTS.request(_MOST_POSTS, None), program=row["program.code"])
    posts = [
        (
            str(post["id"]),
            " · ".join(filter(None, (post["hospital.name"], post["department"], post["worker.display_name"]))),
        )
        for post in page.rows
    ]
    lines = [
        (str(one.id), f"{t(f'budget_category.{one.category}')} · {money(one.amount, row['currency'])}")
        for one in (await lines_of(unit, [row["id"]]))[row["id"]]
    ]
    entries = [
        entry("line", "choice", lines), entry("placement", "choice", posts, t("money_field.no_post"), "money_hint.place"),
        entry("hospital", "choice", await _named(unit, row["program_id"], [Part.HOSPITAL]), t("money_field.no_hospital")),
        entry("amount", "number", hint="money_hint.amount"),
    ]  # fmt: skip
    return _described(row, entries)


async def _tranche(unit: Unit, form: Form) -> Described:
    row = await _agreement(unit, form)
    entries = [
        entry("kind", "choice", words_of("tranche_kind", TrancheKind)),
        entry("amount", "number", hint="money_hint.amount"), entry("due_on", "date"),
    ]  # fmt: skip
    return _described(row, entries)


async def _condition(unit: Unit, form: Form) -> Described:
    row = await _agreement(unit, form)
    known = [(one.code, one.title) for one in await current_definitions(unit, row["program_id"]) if one.source]
    entries = [
        entry("kind", "choice", words_of("condition_kind", ConditionKind)), entry("text", "area"),
        entry("due_on", "date"), entry("indicator", "choice", known, t("money_field.no_indicator"), "money_hint.indicator"),
        entry("comparison", "choice", words_of("comparison", Comparison), "–"),
        entry("threshold_numerator", "number"), entry("threshold_denominator", "number"),
        entry("period", hint="money_hint.quarter"),
    ]  # fmt: skip
    return _described(row, entries, "tranche")


async def _entry(unit: Unit, form: Form) -> Described:
    row = await _agreement(unit, form)
    known = (await lines_of(unit, [row["id"]]))[row["id"]]
    replaced = {one.replaces_id for one in known}
    lines = [
        (str(one.id), f"{t(f'budget_category.{one.category}')} · {money(one.amount, row['currency'])}")
        for one in known
        if one.id not in replaced
    ]
    entries = [
        entry("kind", "choice", words_of("entry_kind", sorted(BY_HAND)), hint="money_hint.by_hand"),
        entry("amount", "number", hint="money_hint.amount"), entry("booked_on", "date"),
        entry("line", "choice", lines, t("money_field.no_line"), "money_hint.line"), entry("memo"),
    ]  # fmt: skip
    return _described(row, entries)


def _to_made(_form: Form, made: Any) -> str:
    return f"{PATH}/{made}"


def _to_list(form: Form, _made: Any) -> str:
    return f"{PATH}?program={form.value('program')}"


def _to_one(form: Form, _made: Any) -> str:
    return f"{PATH}/{form.value('agreement')}"


_DONE = "agreement.done"
_FORMS = (
    FormPage(f"{PATH}/gifts/new", "gift.new", _MANAGE, RecordGift, _gift, record_gift, _to_list, _DONE),
    FormPage(f"{PATH}/new", "agreement.new", _MANAGE, AddAgreement, _draft, add_agreement, _to_made, _DONE),
    FormPage(f"{_ONE}/amend", "agreement.amend", _MANAGE, Amend, _amendment, amend, _to_one, _DONE),
    FormPage(f"{_ONE}/lines/new", "budget.new", _MANAGE, AddBudgetLine, _line, add_budget_line, _to_one, _DONE),
    FormPage(f"{_ONE}/allocations/new", "budget.allocate", _MANAGE, Allocate, _allocation, allocate, _to_one, _DONE),
    FormPage(f"{_ONE}/tranches/new", "tranche.new", _MANAGE, AddTranche, _tranche, add_tranche, _to_one, _DONE),
    FormPage(
        f"{_ONE}/conditions/new", "condition.new", _MANAGE, AddCondition, _condition, add_condition, _to_one, _DONE
    ),
    FormPage(f"{_ONE}/entries/new", "ledger.new", _MANAGE, BookEntry, _entry, book_entry, _to_one, _DONE),
)
ROUTES = [route for form in _FORMS for route in pages_of(form)]
