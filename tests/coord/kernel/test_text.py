"""Text as people type it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.text import has_control_characters, narrow, printable, search_keys, sort_key, typed, without_invisible


def found(name: str, search: str) -> bool:
    """Whether a search finds a name, as the reads do it: one of its keys starts with what was typed."""
    return bool(typed(search)) and any(key.startswith(typed(search)) for key in search_keys(name))


@pytest.mark.parametrize(
    ("name", "searches"),
    [
        ("陈秀兰", ["陈", "陈秀兰", "chen", "chenxiulan", "cxl", "chenxl", "CXL", "ｃｘｌ", "c x l"]),
        ("仇英", ["qiuying", "qy", "chouying"]),
        ("曾国藩", ["zengguofan", "zgf", "cgf"]),
        ("单雄信", ["shanxiongxin", "sxx", "dan"]),
        ("解缙", ["xiejin", "xj"]),
        ("查良镛", ["zhaly", "zly"]),
        ("任我行", ["renwo", "rw"]),
        ("阿依古丽·买买提", ["阿依古丽买买提", "阿依古丽·买", "ayigulimaimaiti", "ayglmmt"]),
        ("阿依古丽•买买提", ["阿依古丽・买买提"]),
        ("김민수", ["김", "김민수", "ㄱㅁㅅ", "ㄱㅁ"]),
        ("ＡＢＣ陈", ["abc陈", "abcchen"]),
        ("Anna-Maria O'Neil", ["anna-maria", "ANNA", "annamariaoneil"[:4]]),
        ("陈秀兰🙂", ["cxl"]),
    ],
)
def test_a_name_is_found_by_itself_its_pinyin_and_its_initials(name: str, searches: list[str]) -> None:
    assert [search for search in searches if not found(name, search)] == []


@pytest.mark.parametrize("search", ["", " ", "xl", "兰", "chenlan", "cl", "\x00"])
def test_a_name_is_not_found_by_what_it_does_not_start_with(search: str) -> None:
    assert not found("陈秀兰", search)


def test_nothing_has_no_keys() -> None:
    assert search_keys(" · ") == ()


@given(st.text(max_size=60))
def test_any_name_is_found_by_itself_and_has_few_plain_keys(name: str) -> None:
    keys = search_keys(name)
    assert len(keys) <= 13
    assert len(set(keys)) == len(keys)
    assert not keys or keys[0] == typed(name)
    assert all(" " not in key and key.isprintable() for key in keys)


@given(st.text(max_size=60))
def test_narrow_text_is_stable_and_trimmed(value: str) -> None:
    once = narrow(value)
    assert once == once.strip()
    assert "  " not in once
    assert unicodedata.is_normalized("NFKC", once) or unicodedata.normalize("NFKC", once) == narrow(once)


def test_full_width_digits_brackets_and_spaces_become_half_width() -> None:
    assert narrow("　Ｈ００１　（北）　 楼 ") == "H001 (北) 楼"


@pytest.mark.parametrize("value", ["好的\n第二行\t列", "a\r\nb", "🙂 👨‍👩‍👧 ❤️‍🔥", "naïve Ωmega", "김민수", ""])
def test_new_lines_tabs_and_emoji_are_no_control_characters(value: str) -> None:
    assert not has_control_characters(value)


@pytest.mark.parametrize(
    "code",
    [
        0x00,
        0x07,
        0x1B,
        0x0D,
        0x7F,
        0x85,
        0x200B,
        0x200D,
        0x200E,
        0x200F,
        0x2028,
        0x202E,
        0x2066,
        0x2069,
        0xFEFF,
        0xD800,
    ],
)
def test_control_characters_direction_marks_and_half_characters_are_seen(code: int) -> None:
    assert has_control_characters(f"a{chr(code)}b")


def test_pasted_marks_are_taken_out() -> None:
    assert without_invisible("\ufeff陈\u200b秀\u200e兰") == "陈秀兰"


@given(st.text(st.characters(codec=None), max_size=60))
def test_printable_text_can_be_stored_anywhere(value: str) -> None:
    kept = printable(value)
    assert kept.isprintable()
    assert kept.encode().decode() == kept


def test_chinese_names_sort_by_pinyin() -> None:
    assert sorted(["赵", "钱", "北岸", "Anna"], key=sort_key) == ["Anna", "北岸", "钱", "赵"]
