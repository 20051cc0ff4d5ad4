"""The draft of a disclosure: protected figures, no pay of few, checked by name, outdated as soon as it says something else."""

import uuid

import pytest

from coord.agreements.codes import BudgetCategory
from coord.agreements.spending import Spending, spending_of
from coord.kernel.errors import Conflict, NotAllowed, NotFound
from coord.language import LANGUAGES, words
from coord.oversight.drafts import CheckDraft, Draft, check_draft, disclosure_draft
from coord.oversight.drafts.rules import is_pay_of_few, named_sums, totals
from coord.oversight.drafts.tables import DraftCheck
from coord.oversight.drafts.wording import digest_of_draft, sections_of, text_of_draft
from coord.programs.quarters import days_of
from coord.releases.parameters import Parameters
from coord.releases.serving import ProtectedCount
from coord.work import begin
from coord.work.engine import Database
from tests.coord.agreements.making import active, line, paid, spent
from tests.coord.making import stored
from tests.coord.releases.making import QUARTER, published, seen
from tests.web.visit import visiting
from tests.world import PROGRAM, PROGRAM_ID, cast

pytestmark = pytest.mark.anyio
HOW = Parameters()


async def drafted(who: object = cast.ola) -> Draft:
    """The draft of the quarter."""
    async with begin(who, read_only=True) as unit:  # type: ignore[arg-type]
        return await disclosure_draft(unit, PROGRAM, QUARTER)


def digest_of(draft: Draft) -> str:
    """Of what it says in Chinese."""
    return digest_of_draft(sections_of(draft, words("zh-CN")))


async def check(digest: str) -> None:
    """Put Ola's name to it."""
    async with begin(cast.ola) as unit:
        await check_draft(unit, CheckDraft(program=PROGRAM, period=QUARTER, digest=digest))


async def spending() -> uuid.UUID:
    """Eighty yuan for training, a hundred for one post."""
    agreement = await active()
    await paid(agreement, "500.00")
    for category, amount in (("TRAINING", "80.00"), ("POST", "100.00")):
        await spent(agreement, await line(agreement, "300.00", category=category), amount)
    return agreement


async def test_a_draft_says_published_figures_and_no_pay_of_one(database: Database) -> None:
    await seen()
    await published()
    await spending()
    draft = await drafted()
    assert [(one.category, amount) for one, amount in draft.spent] == [
        (BudgetCategory.POST, None), (BudgetCategory.TRAINING, 8000),
    ]  # fmt: skip
    said = text_of_draft("DIP", sections_of(draft, words("en")))
    assert "Training" in said or "training" in said
    assert "¥80.00" in said
    assert "100.00" not in said
    assert "180.00" not in said
    assert str(draft.report.release_id) in said
    total = draft.report.answer.total["person_times"]
    assert isinstance(total, ProtectedCount)
    assert f"Person-times: {total.value}" in said
    for language in LANGUAGES:
        assert all("{" not in part for _, lines in sections_of(draft, words(language)) for part in lines)


async def test_sums_since_the_first_release_are_sums_of_protected_quarters(database: Database) -> None:
    await seen()
    await published("2026Q2")
    await published()
    async with begin(cast.ola, read_only=True) as unit:
        parts = [(await disclosure_draft(unit, PROGRAM, one)).report.answer.total for one in ("2026Q2", QUARTER)]
        since = (await disclosure_draft(unit, PROGRAM, QUARTER)).since_start
    assert since.quarters == ["2026Q2", QUARTER]
    values = [figures["person_times"].value or 0 for figures in parts]  # type: ignore[union-attr]
    assert since.total["person_times"].value in {sum(values), None}  # type: ignore[union-attr]
    assert since.total["persons"].value is None  # type: ignore[union-attr]


async def test_a_check_is_of_these_words_and_ends_with_them(database: Database) -> None:
    await seen()
    await published()
    agreement = await spending()
    digest = digest_of(await drafted())
    await check(digest)
    with pytest.raises(Conflict):
        await check(digest)
    draft = await drafted()
    assert [(one.digest, one.checked_by_name) for one in draft.checks] == [(digest, cast.ola.name)]
    await spent(agreement, await line(agreement, "100.00", category="ACTIVITIES"), "10.00")
    changed = digest_of(await drafted())
    assert changed != digest
    with pytest.raises(Conflict):
        await check(digest)
    await check(changed)
    assert len(await stored(DraftCheck)) == 2


async def test_nobody_else_reads_a_draft_and_none_is_of_a_quarter_that_is_not_out(database: Database) -> None:
    await seen()
    with pytest.raises(NotFound):
        await drafted()
    await published()
    for actor in (cast.sam, cast.fatima, cast.sun, cast.adam, cast.cai):
        with pytest.raises(NotAllowed):
            await drafted(actor)


async def test_the_page_shows_it_takes_the_check_and_gives_the_words(database: Database) -> None:
    await seen()
    await published()
    digest = digest_of(await drafted())
    async with visiting("ola") as ola:
        page = (await ola.get("/disclosures/draft")).text
        assert digest in page
        given = {"program": PROGRAM, "period": QUARTER, "digest": digest}
        assert (await ola.post("/disclosures/draft", data={**given, "digest": "0" * 64})).status_code == 409
        assert (await ola.post("/disclosures/draft", data=given)).status_code == 303
        assert cast.ola.name in (await ola.get(f"/disclosures/draft?period={QUARTER}")).text
        text = await ola.get(f"/disclosures/draft.txt?program={PROGRAM}&period={QUARTER}")
        assert text.headers["content-type"] == "text/plain; charset=utf-8"
        assert (await ola.get("/disclosures/draft?period=2026Q1")).status_code == 404
    async with visiting("fatima") as fatima:
        assert (await fatima.get("/disclosures/draft")).status_code == 403


def of(category: BudgetCategory, *parts: int) -> Spending:
    """Some spending in yuan."""
    return Spending("CNY", category, sum(parts), parts)


def test_a_sum_of_pay_is_named_from_enough_posts_on_and_other_sums_always() -> None:
    post = BudgetCategory.POST
    assert [is_pay_of_few(of(post, *parts), HOW) for parts in ((9,), (5, 5), (5, 5, 5), (90, 4, 4), (50, 45, 5))] == [
        True, True, False, True, True,
    ]  # fmt: skip
    named = named_sums([of(post, 9), of(BudgetCategory.TRAINING, 7)], HOW)
    assert [amount for _, amount in named] == [None, 7]
    assert totals(named) == []
    assert totals(named_sums([of(post, 5, 5, 5), of(BudgetCategory.TRAINING, 7)], HOW)) == [("CNY", 22)]


async def test_only_what_was_booked_until_the_day_counts(database: Database) -> None:
    await spending()
    async with begin(cast.ola, read_only=True) as unit:
        found = await spending_of(unit, PROGRAM_ID, days_of(QUARTER)[1])
        before = await spending_of(unit, PROGRAM_ID, days_of("2025Q4")[1])
    assert [(one.category.value, one.amount) for one in found] == [("POST", 10000), ("TRAINING", 8000)]
    assert list(found[0].parts) == [10000]
    assert before == []
