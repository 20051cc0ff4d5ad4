"""What a consent covers, who may give it, when it is asked for again: pure rules."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coord.clients.codes import ConsentState
from coord.clients.consents.codes import Basis, Channel, DataCategory, ItemKind, Purpose, Relation, Signer, Standing
from coord.clients.consents.rules import (
    Born,
    GivenConsent,
    birthday,
    care_state,
    check_reach,
    check_signer,
    check_term,
    covering,
    covers,
    end_of,
    first_moment,
    is_under,
    items,
    standing_of,
)

ZONE = "Asia/Shanghai"
CENTER, OTHER = uuid.uuid4(), uuid.uuid4()
DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 10, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def consent(**changed: Any) -> GivenConsent:
    """A consent to sharing with the center for September, changed where a test needs it."""
    given: dict[str, Any] = {
        "purpose": Purpose.INFORMATION_SHARING,
        "recipients": frozenset({CENTER}),
        "categories": frozenset({DataCategory.BASIC_FILE, DataCategory.SCALES}),
        "given_on": DAY,
        "expires_on": date(2026, 9, 30),
        "withdrawn_at": None,
        "signer": Signer.SELF,
        **changed,
    }
    return GivenConsent(
        id=uuid.uuid4(),
        client_id=uuid.UUID(int=1),
        basis=Basis.CONSENT,
        relation=None,
        channel=Channel.PAPER,
        text_version="1",
        language="zh-CN",
        starts_at=first_moment(given["given_on"], ZONE),
        expires_at=end_of(given["expires_on"], ZONE),
        **given,
    )


def test_a_consent_holds_until_the_last_second_of_its_last_day_in_the_programs_place() -> None:
    end = datetime(2026, 9, 30, 16, tzinfo=UTC)
    asked = [covers([consent()], Purpose.INFORMATION_SHARING, CENTER, at) for at in (end - SECOND, end)]
    assert asked == [True, False]


def test_a_withdrawal_ends_it_at_that_very_moment() -> None:
    given = [consent(withdrawn_at=NOON)]
    asked = [covers(given, Purpose.INFORMATION_SHARING, CENTER, at) for at in (NOON - SECOND, NOON)]
    assert asked == [True, False]


def test_it_does_not_hold_before_the_day_on_which_it_was_given() -> None:
    start = first_moment(DAY, ZONE)
    assert [consent().standing(at) for at in (start - SECOND, start)] == [Standing.NOT_YET, Standing.VALID]


@pytest.mark.parametrize(
    ("purpose", "recipient", "expected"),
    [
        (Purpose.INFORMATION_SHARING, CENTER, True),
        (Purpose.INFORMATION_SHARING, OTHER, False),
        (Purpose.INFORMATION_SHARING, None, False),
        (Purpose.RESEARCH, CENTER, False),
        (Purpose.CROSS_BORDER, CENTER, False),
        (Purpose.SERVICE, None, False),
    ],
)
def test_it_covers_its_own_purpose_towards_the_organizations_it_names(
    purpose: Purpose, recipient: uuid.UUID | None, expected: bool
) -> None:
    assert covers([consent()], purpose, recipient, NOON) is expected


def test_it_covers_the_data_it_names_and_no_more() -> None:
    found = [
        covers([consent()], Purpose.INFORMATION_SHARING, CENTER, NOON, categories)
        for categories in ([DataCategory.SCALES], [DataCategory.SCALES, DataCategory.DIAGNOSIS])
    ]
    assert found == [True, False]


def test_of_several_the_one_that_covers_is_named() -> None:
    narrow, wide = consent(recipients=frozenset({OTHER})), consent(recipients=frozenset({CENTER, OTHER}))
    assert covering([narrow, wide], Purpose.INFORMATION_SHARING, CENTER, NOON) is wide


def test_a_service_consent_needs_no_recipient_unless_it_names_some() -> None:
    plain = consent(purpose=Purpose.SERVICE, recipients=frozenset())
    named = consent(purpose=Purpose.SERVICE)
    found = [covers([one], Purpose.SERVICE, to, NOON) for one in (plain, named) for to in (None, CENTER, OTHER)]
    assert found == [True, True, True, True, True, False]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ConsentState.NOT_RECORDED),
        ([{"purpose": Purpose.RESEARCH}], ConsentState.NOT_RECORDED),
        ([{}], ConsentState.GIVEN),
        ([{"expires_on": date(2026, 9, 2)}], ConsentState.EXPIRED),
        ([{"withdrawn_at": NOON}], ConsentState.WITHDRAWN),
        ([{"withdrawn_at": NOON}, {"expires_on": date(2026, 9, 2)}], ConsentState.WITHDRAWN),
        ([{"withdrawn_at": NOON}, {}], ConsentState.GIVEN),
    ],
)
def test_the_state_of_a_client_follows_from_the_consents_to_the_service(
    given: list[dict[str, Any]], expected: ConsentState
) -> None:
    made = [consent(**{"purpose": Purpose.SERVICE, "recipients": frozenset(), **one}) for one in given]
    assert care_state(made, NOON) is expected


@pytest.mark.parametrize(
    ("born", "age", "day"),
    [
        (date(2012, 9, 1), 14, date(2026, 9, 1)),
        (date(2008, 2, 29), 14, date(2022, 3, 1)),
        (date(2008, 2, 29), 20, date(2028, 2, 29)),
        (date(2008, 2, 28), 14, date(2022, 2, 28)),
    ],
)
def test_an_age_is_reached_on_the_birthday_and_not_the_day_before(born: date, age: int, day: date) -> None:
    assert birthday(born, age) == day
    assert [is_under(Born(on=born), age, at) for at in (day - timedelta(days=1), day)] == [True, False]


def test_a_year_alone_is_taken_for_its_last_day_and_nothing_known_for_a_minor() -> None:
    assert [is_under(Born(year=2008), 18, date(2026, 12, n)) for n in (30, 31)] == [True, False]
    assert is_under(Born(), 18, date(2090, 1, 1))


@pytest.mark.parametrize(
    ("signer", "relation", "year", "under", "codes"),
    [
        (Signer.SELF, None, 2000, 18, []),
        (Signer.SELF, None, 2010, 18, ["GUARDIAN_NEEDED"]),
        (Signer.SELF, None, 2010, 14, []),
        (Signer.SELF, None, 2013, 14, ["GUARDIAN_NEEDED"]),
        (Signer.SELF, None, None, 14, ["GUARDIAN_NEEDED_AGE_UNKNOWN"]),
        (Signer.SELF, Relation.PARENT, 2000, 18, ["NOT_A_CHOICE"]),
        (Signer.GUARDIAN, Relation.PARENT, 2013, 18, []),
        (Signer.GUARDIAN, None, 2013, 18, ["REQUIRED"]),
        (None, None, 2000, 18, ["REQUIRED"]),
    ],
)
def test_who_has_to_sign(
    signer: Signer | None, relation: Relation | None, year: int | None, under: int, codes: list[str]
) -> None:
    found = check_signer(signer, relation, Born(year=year), DAY, under)
    assert [problem.code for problem in found] == codes


@pytest.mark.parametrize(
    ("purpose", "given_on", "expires_on", "codes"),
    [
        (Purpose.SERVICE, DAY, None, []),
        (Purpose.RESEARCH, DAY, None, ["REQUIRED"]),
        (Purpose.SERVICE, DAY + timedelta(days=1), None, ["FUTURE_DATE"]),
        (Purpose.SERVICE, DAY, DAY - timedelta(days=1), ["ENDS_BEFORE_START"]),
        (Purpose.SERVICE, DAY, DAY, []),
        (Purpose.SERVICE, DAY, date(2036, 9, 1), []),
        (Purpose.SERVICE, DAY, date(2036, 9, 2), ["TOO_LONG_A_TERM"]),
    ],
)
def test_how_long_a_consent_may_last(
    purpose: Purpose, given_on: date, expires_on: date | None, codes: list[str]
) -> None:
    assert [problem.code for problem in check_term(purpose, given_on, expires_on, DAY)] == codes


def test_what_the_text_does_not_say_is_said_one_by_one() -> None:
    found = {purpose: [problem.field for problem in check_reach(purpose, (), ())] for purpose in Purpose}
    assert found == {
        Purpose.SERVICE: [], Purpose.FOLLOW_UP: [], Purpose.PHOTO_OR_CASE_USE: [], Purpose.RESEARCH: ["categories"],
        Purpose.INFORMATION_SHARING: ["recipients", "categories"], Purpose.CROSS_BORDER: ["recipients", "categories"],
    }  # fmt: skip


def kinds(given: list[GivenConsent], born: Born, day: date) -> list[ItemKind]:
    """What is asked for again on a day."""
    return [item.kind for item in items(given, born, first_moment(day, ZONE), ZONE)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 31), []),
        (date(2026, 9, 1), [ItemKind.EXPIRING]),
        (date(2026, 9, 30), [ItemKind.EXPIRING]),
        (date(2026, 10, 1), [ItemKind.EXPIRED]),
    ],
)
def test_a_reminder_comes_thirty_days_before_the_end(day: date, expected: list[ItemKind]) -> None:
    given = consent(given_on=date(2026, 1, 1), expires_on=date(2026, 10, 1) - timedelta(days=1))
    assert kinds([given], Born(year=1980), day) == expected


def test_what_was_replaced_or_withdrawn_asks_for_nothing() -> None:
    old = consent(given_on=date(2026, 1, 1))
    assert kinds([old, consent(expires_on=date(2027, 9, 1))], Born(year=1980), DAY) == []
    narrower = consent(recipients=frozenset({OTHER}), expires_on=date(2027, 9, 1))
    assert kinds([old, narrower], Born(year=1980), DAY) == [ItemKind.EXPIRING]
    assert kinds([consent(withdrawn_at=first_moment(DAY, ZONE))], Born(year=1980), DAY) == []


@pytest.mark.parametrize(
    ("given_on", "day", "expected"),
    [
        (date(2025, 1, 1), date(2026, 2, 28), []),
        (date(2025, 1, 1), date(2026, 3, 1), [ItemKind.TURNED_14]),
        (date(2025, 1, 1), date(2030, 3, 1), [ItemKind.TURNED_18]),
        (date(2026, 3, 1), date(2030, 2, 28), []),
        (date(2026, 3, 1), date(2030, 3, 1), [ItemKind.TURNED_18]),
        (date(2030, 3, 1), date(2031, 3, 1), []),
    ],
)
def test_turning_14_and_18_asks_again_where_a_guardian_agreed(
    given_on: date, day: date, expected: list[ItemKind]
) -> None:
    born = Born(on=date(2012, 2, 29))
    given = consent(purpose=Purpose.SERVICE, given_on=given_on, expires_on=None, signer=Signer.GUARDIAN)
    assert kinds([given], born, day) == expected
    assert kinds([consent(purpose=Purpose.SERVICE, given_on=given_on, expires_on=None)], born, day) == []


def test_the_days_alone_tell_where_a_consent_stands() -> None:
    told = [standing_of(DAY, ends, withdrawn, ZONE, NOON) for ends, withdrawn in (
        (None, None), (DAY, None), (None, NOON), (DAY, NOON),
    )]  # fmt: skip
    assert told == [Standing.VALID, Standing.EXPIRED, Standing.WITHDRAWN, Standing.WITHDRAWN]
