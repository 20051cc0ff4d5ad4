"""A year without working days is said from November on, and is gone once the table is there."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine

from coord.kernel.errors import Invalid
from coord.programs import working_days
from coord.programs.calendars import MissingCalendar, Zoned, missing, missing_calendars
from coord.work import begin
from coord.work.engine import Database
from tests.coord.referrals.making import E, by_target, consent, post_at_center, send
from tests.web.foundation import signed_in
from tests.world import cast

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("today", "ends_on", "years"),
    [
        (date(2030, 10, 31), None, [2030]),
        (date(2030, 11, 1), None, [2030, 2031]),
        (date(2030, 12, 31), date(2030, 12, 31), [2030]),
        (date(2026, 10, 31), None, []),
        (date(2026, 11, 1), None, [2027]),
        (date(2026, 11, 1), date(2027, 1, 1), [2027]),
    ],
)
def test_the_next_year_is_asked_for_from_november_on(today: date, ends_on: date | None, years: list[int]) -> None:
    found = missing([Zoned(SHANGHAI, ends_on)], {SHANGHAI: today})
    assert found == [MissingCalendar("CN", year) for year in years]


@pytest.mark.anyio
async def test_the_officer_and_the_administrator_read_it_until_the_table_is_there(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_days, "settings", lambda: SimpleNamespace(calendar_folder=tmp_path))
    with time_machine.travel(datetime(2026, 11, 2, 2, tzinfo=UTC)):
        async with begin(cast.ola, read_only=True) as unit:
            assert await missing_calendars(unit) == [MissingCalendar("CN", 2027)]
        for name, path in (("ola", "/hospitals"), ("adam", "/administration")):
            async with signed_in(name) as visitor:
                assert "coord import calendar CN-2027.csv" in (await visitor.get(path)).text
        (tmp_path / "CN-2027.csv").write_text("day,kind,name\n2027-01-01,HOLIDAY,元旦\n", encoding="utf-8")
        async with begin(cast.ola, read_only=True) as unit:
            assert await missing_calendars(unit) == []


@pytest.mark.anyio
async def test_a_referral_late_in_december_is_refused_with_the_year_and_taken_with_the_imported_table(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_days, "settings", lambda: SimpleNamespace(calendar_folder=tmp_path))
    with time_machine.travel(datetime(2026, 12, 30, 2, tzinfo=UTC)):
        await post_at_center()
        await consent()
        with pytest.raises(Invalid) as refused:
            await send()
        assert [(p.code, p.arguments["year"]) for p in refused.value.problems] == [("YEAR_WITHOUT_CALENDAR", 2027)]
        (tmp_path / "CN-2027.csv").write_text("day,kind,name\n2027-01-01,HOLIDAY,元旦\n", encoding="utf-8")
        await by_target(await send(), E.RECEIVE)
