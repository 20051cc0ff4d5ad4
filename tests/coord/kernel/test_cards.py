"""Numbers of identity cards are found in free text, and nothing else is taken for one."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.contacts.inputs import LogContact
from coord.kernel.cards import has_card_number
from coord.kernel.errors import Invalid
from tests.coord.making import contact


@pytest.mark.parametrize(
    "text",
    [
        "身份证11010519491231002X，来访",
        "11010519491231002x",
        "号码１１０１０５１９４９１２３１００２Ｘ",
        "주민번호 900101-1234567 확인",
        "9001011234567",
    ],
)
def test_a_number_of_a_card_is_found(text: str) -> None:
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",
        "电话13800138000",
        "订单1101051949123100210",
        "901301-1234567",
        "900101-9234567",
        "2026-11-26",
    ],
    ids=["wrong check digit", "a phone number", "too long", "no such month", "no such century", "a day"],
)
def test_other_numbers_are_none(text: str) -> None:
    assert not has_card_number(text)


@given(st.text(alphabet="0123456789Xx -年月日", max_size=16))
def test_what_is_shorter_than_a_chinese_number_is_only_ever_a_korean_one(text: str) -> None:
    if sum(character.isdigit() for character in text) < 13:
        assert not has_card_number(text)


def test_a_note_with_one_is_refused_and_says_so() -> None:
    facts = contact().model_dump(mode="json") | {
        "note": "身份证11010519491231002X",
        "idempotency_key": str(uuid.uuid4()),
    }
    with pytest.raises(Invalid) as refused:
        LogContact.parse({name: value for name, value in facts.items() if value not in (None, [])})
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("note", "CARD_NUMBER")]
