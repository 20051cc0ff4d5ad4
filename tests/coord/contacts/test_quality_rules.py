"""SVC-3: why a record should be looked at again; each flag at its edge."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coord.contacts.codes import AttendanceStatus, FlagKind, ServiceCode
from coord.contacts.quality_rules import (
    Doubt,
    Entry,
    Neighbors,
    bare,
    burst_doubts,
    copied_doubts,
    doubts_between,
    is_off_hours,
    is_overlapping,
    is_same_client_by_another,
    own_doubts,
)
from coord.contacts.sealing import note_hash

ZONE = "Asia/Shanghai"
WORKER, OTHER_WORKER, CLIENT = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
NINE = datetime(2026, 9, 3, 1, tzinfo=UTC)
LONG_NOTE = "与患者及家属沟通病情，患者情绪稳定，配合治疗，继续关注。"


def entry(**changed: Any) -> Entry:
    """An ordinary contact of half an hour at nine in the morning, changed where a test needs it."""
    if "note" in changed:
        changed["note_hash"] = note_hash(changed.get("worker_id", WORKER), changed.pop("note"))
    facts: dict[str, Any] = {
        "id": uuid.uuid4(), "worker_id": WORKER, "client_id": CLIENT, "service_code": ServiceCode.CASE_CONTACT,
        "attendance": AttendanceStatus.ATTENDED, "occurred_on": date(2026, 9, 3), "started_at": NINE,
        "duration_minutes": 30, "recorded_at": NINE + timedelta(hours=1), "note_hash": None, "is_typed": True,
    }  # fmt: skip
    return Entry(**{**facts, **changed})


def kinds(*doubts: Doubt) -> list[FlagKind]:
    return [doubt.kind for doubt in doubts]


def test_an_ordinary_contact_is_believed() -> None:
    assert list(own_doubts(entry(), ZONE)) == []


@pytest.mark.parametrize(
    ("code", "minutes", "expected"),
    [
        (ServiceCode.CASE_CONTACT, 9, [FlagKind.TOO_SHORT]),
        (ServiceCode.CASE_CONTACT, 10, []),
        (ServiceCode.CASE_CONTACT, 180, []),
        (ServiceCode.CASE_CONTACT, 181, [FlagKind.TOO_LONG]),
        (ServiceCode.BEDSIDE_VISIT, 5, []),
        (ServiceCode.COMMUNITY_EVENT, 600, []),
        (ServiceCode.RESOURCE_LINK, 4, [FlagKind.TOO_SHORT]),
        (ServiceCode.RESOURCE_LINK, 241, [FlagKind.TOO_LONG]),
    ],
)
def test_each_service_has_its_own_shortest_and_longest_length(
    code: ServiceCode, minutes: int, expected: list[FlagKind]
) -> None:
    assert kinds(*own_doubts(entry(service_code=code, duration_minutes=minutes), ZONE)) == expected


def test_an_attempt_may_take_no_time_at_all() -> None:
    assert list(own_doubts(entry(attendance=AttendanceStatus.NO_SHOW, duration_minutes=0), ZONE)) == []


@pytest.mark.parametrize(("days", "expected"), [(7, []), (8, [FlagKind.BACKDATED])])
def test_a_record_of_more_than_seven_days_ago_is_backdated(days: int, expected: list[FlagKind]) -> None:
    assert kinds(*own_doubts(entry(recorded_at=NINE + timedelta(days=days)), ZONE)) == expected


def test_the_days_are_those_of_the_program_not_of_london() -> None:
    # 2026-09-10 20:00 UTC is already the 11th in Shanghai, the eighth day after the 3rd.
    late = entry(recorded_at=datetime(2026, 9, 10, 20, tzinfo=UTC))
    assert kinds(*own_doubts(late, ZONE)) == [FlagKind.BACKDATED]


def test_two_workers_with_one_client_on_one_day_doubt_both_records() -> None:
    one, other = entry(started_at=None), entry(worker_id=OTHER_WORKER, started_at=None)
    assert set(doubts_between(one, [one, other])) == {
        Doubt(one.id, FlagKind.SAME_CLIENT_TWO_WORKERS),
        Doubt(other.id, FlagKind.SAME_CLIENT_TWO_WORKERS),
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"worker_id": WORKER},
        {"client_id": uuid.uuid4()},
        {"occurred_on": date(2026, 9, 4)},
        {"attendance": AttendanceStatus.NO_SHOW},
    ],
)
def test_one_worker_another_client_another_day_or_an_attempt_is_no_double_service(changed: dict[str, Any]) -> None:
    assert not is_same_client_by_another(entry(), entry(**{"worker_id": OTHER_WORKER, **changed}))


def test_contacts_without_a_client_are_never_about_the_same_client() -> None:
    assert not is_same_client_by_another(entry(client_id=None), entry(client_id=None, worker_id=OTHER_WORKER))


@pytest.mark.parametrize(("after", "expected"), [(29, True), (30, False), (-29, True), (-30, False)])
def test_hours_overlap_by_a_minute_but_may_touch(after: int, expected: bool) -> None:
    assert is_overlapping(entry(), entry(started_at=NINE + timedelta(minutes=after))) is expected


def test_hours_of_another_worker_or_without_a_start_never_overlap() -> None:
    assert not is_overlapping(entry(), entry(worker_id=OTHER_WORKER))
    assert not is_overlapping(entry(), entry(started_at=None))
    assert not is_overlapping(entry(started_at=None), entry())


def test_overlapping_hours_doubt_both_records() -> None:
    one, other = entry(), entry(client_id=uuid.uuid4())
    assert set(doubts_between(one, [other])) == {
        Doubt(one.id, FlagKind.OVERLAPPING_TIMES),
        Doubt(other.id, FlagKind.OVERLAPPING_TIMES),
    }


def is_copied(one: Entry, other: Entry) -> bool:
    found = set(copied_doubts([one], [other]))
    assert found in (set(), {Doubt(e.id, FlagKind.COPIED_NOTE) for e in (one, other)})
    return bool(found)


def test_a_note_is_copied_whatever_its_width_spaces_and_punctuation() -> None:
    other = entry(note=" " + LONG_NOTE.replace("，", ", ").replace("。", "."))
    assert is_copied(entry(note=LONG_NOTE), other)


def test_a_short_note_another_worker_or_no_note_is_not_copied() -> None:
    nineteen = "一" * 19
    assert not is_copied(entry(note=nineteen), entry(note=nineteen))
    assert is_copied(entry(note=nineteen + "二"), entry(note=nineteen + "二"))
    assert not is_copied(entry(note=LONG_NOTE), entry(note=LONG_NOTE, worker_id=OTHER_WORKER))
    assert not is_copied(entry(note=LONG_NOTE), entry())
    assert not is_copied(entry(), entry(note=LONG_NOTE))
    assert not is_copied(entry(note=LONG_NOTE), entry(note="今天" + LONG_NOTE))


def test_a_copy_among_the_others_alone_is_not_this_entrys_doubt() -> None:
    others = [entry(note=LONG_NOTE), entry(note=LONG_NOTE)]
    assert list(copied_doubts([entry(), others[0]], others[:1])) == []
    assert list(copied_doubts([entry(note="今天" + LONG_NOTE)], others)) == []


def test_neighbors_are_of_the_clients_day_or_of_the_workers_hours_and_the_night_after() -> None:
    one = entry()
    same_client = entry(worker_id=OTHER_WORKER, started_at=None)
    next_day = entry(client_id=None, occurred_on=date(2026, 9, 4))
    strangers = [
        entry(client_id=None, started_at=None),
        entry(client_id=None, occurred_on=date(2026, 9, 5)),
        entry(occurred_on=date(2026, 9, 4), worker_id=OTHER_WORKER),
    ]
    known = Neighbors([one, same_client, next_day, *strangers])
    assert {other.id for other in known.of(one)} == {one.id, same_client.id, next_day.id}
    assert list(known.of(entry(client_id=None, started_at=None))) == []


def test_imported_rows_are_never_backdated_but_may_be_too_long() -> None:
    late = entry(recorded_at=NINE + timedelta(days=60), is_typed=False, duration_minutes=400)
    assert kinds(*own_doubts(late, ZONE)) == [FlagKind.TOO_LONG]


def test_a_bare_note_has_only_letters_and_digits() -> None:
    assert bare("ＡＢ c_1，二。\n") == "abc1二"


def hasty(number: int, seconds: float = 10, **changed: Any) -> list[Entry]:
    return [entry(recorded_at=NINE + timedelta(seconds=seconds * n), **changed) for n in range(number)]


def test_twenty_entries_in_five_minutes_are_believed_and_twenty_one_are_not() -> None:
    twenty, more = hasty(20), hasty(21)
    assert list(burst_doubts(twenty[0], twenty)) == []
    assert set(burst_doubts(more[7], more)) == {Doubt(e.id, FlagKind.ENTERED_IN_BURST) for e in more}


def test_entries_spread_over_more_than_five_minutes_are_no_burst() -> None:
    # The twenty-first is entered exactly five minutes after the first.
    spread = hasty(21, seconds=15)
    assert list(burst_doubts(spread[10], spread)) == []


def test_an_entry_outside_the_stretch_is_not_blamed_for_it() -> None:
    burst, calm = hasty(21, seconds=1), entry(recorded_at=NINE + timedelta(minutes=5, seconds=30))
    assert calm.id not in {doubt.contact_id for doubt in burst_doubts(calm, [*burst, calm])}


def test_imported_rows_are_no_burst() -> None:
    imported = hasty(40, is_typed=False)
    assert list(burst_doubts(imported[0], imported)) == []


@pytest.mark.parametrize(
    ("hour", "minute", "code", "odd"),
    [
        (6, 59, ServiceCode.CASE_CONTACT, True),
        (7, 0, ServiceCode.CASE_CONTACT, False),
        (20, 59, ServiceCode.CASE_CONTACT, False),
        (21, 0, ServiceCode.CASE_CONTACT, True),
        (0, 30, ServiceCode.CRISIS, False),
        (0, 30, ServiceCode.HOTLINE, False),
        (0, 30, ServiceCode.BEDSIDE_VISIT, True),
    ],
)
def test_a_service_at_night_is_doubted_by_the_programs_clock(
    hour: int, minute: int, code: ServiceCode, odd: bool
) -> None:
    at = datetime(2026, 9, 3, hour, minute, tzinfo=ZoneInfo(ZONE))
    assert (FlagKind.OFF_HOURS in kinds(*own_doubts(entry(service_code=code, started_at=at), ZONE))) is odd
    # The same moment is an hour later in Seoul.
    assert is_off_hours(entry(started_at=datetime(2026, 9, 3, 20, 30, tzinfo=ZoneInfo(ZONE))), "Asia/Seoul")
