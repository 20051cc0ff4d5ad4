"""Text as people type it: width, spaces, control characters, pinyin."""

import itertools
import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, pinyin

# Bidirectional controls can make a note read as something it is not (Unicode TR #36).
# The zero-width joiner stays between the parts of one emoji.
_INVISIBLE = re.compile(
    "(?<![\U00002600-\U000027bf\U0001f000-\U0001faff\ufe0f])\u200d"
    "|[\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_BETWEEN_NAMES = re.compile(r"[\s·•‧・∙'’]")
# First-name readings that pypinyin prefers are wrong for these surnames.
_SURNAMES = {
    "仇": "qiu", "曾": "zeng", "单": "shan", "解": "xie", "查": "zha", "区": "ou", "朴": "piao",
    "任": "ren", "华": "hua", "盖": "ge", "尉": "yu", "乐": "yue", "翟": "zhai", "员": "yun",
    "繁": "po", "召": "shao", "折": "she", "黑": "he", "缪": "miao", "秘": "bi", "冼": "xian",
}  # fmt: skip
_HANGUL_BASE, _HANGUL_END, _HANGUL_PER_INITIAL = 0xAC00, 0xD7A3, 588
# In the form that NFKC gives to what is typed.
_HANGUL_INITIALS = unicodedata.normalize("NFKC", "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
_MAX_READINGS = 4
_LONGEST = 400


def narrow(value: str) -> str:
    """Identifier text: NFKC (full-width digits and brackets become half-width), trimmed, single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", value)).strip()


def has_control_characters(value: str) -> bool:
    """Whether the text holds control or direction-changing characters (new lines and tabs are fine)."""
    return bool(_CONTROL.search(value.replace("\r\n", "\n")) or _INVISIBLE.search(value))


def without_invisible(value: str) -> str:
    """The text without zero-width and direction marks, as they arrive with pasted cells."""
    return _INVISIBLE.sub("", value)


def printable(value: str) -> str:
    """Identifier text without anything that does not print; databases refuse some of it outright."""
    return "".join(c for c in narrow(value) if c.isprintable())


def typed(value: str | None) -> str:
    """What somebody typed into a search box, comparable with ``search_keys``.

    Without spaces, dots and apostrophes between the parts of a name and without anything that does not print. Cut where
    no name is that long: databases refuse to look for patterns of any length.
    """
    return _BETWEEN_NAMES.sub("", printable((value or "")[:_LONGEST])).lower()


@lru_cache(maxsize=8192)
def _readings(character: str, *, is_surname: bool) -> tuple[str, ...]:
    if _HANGUL_BASE <= ord(character) <= _HANGUL_END:
        initial = _HANGUL_INITIALS[(ord(character) - _HANGUL_BASE) // _HANGUL_PER_INITIAL]
        return (character, initial)
    found = pinyin(character, style=Style.NORMAL, heteronym=is_surname)[0]
    if is_surname and character in _SURNAMES:
        found = [_SURNAMES[character], *found]
    return tuple(dict.fromkeys(found))[:_MAX_READINGS]


def search_keys(name: str) -> tuple[str, ...]:
    """Keys under which a name is found, lower case, without spaces.

    The name itself, its full pinyin and its initials, for every reading of the first character
    (陈秀兰: 陈秀兰, chenxiulan, cxl, chenxl); Hangul is also found by its initial consonants.
    """
    plain = typed(name)
    if not plain:
        return ()
    first, rest = _readings(plain[0], is_surname=True), [_readings(c, is_surname=False)[-1] for c in plain[1:]]
    full, initials = "".join(rest), "".join(part[:1] for part in rest)
    spelled = itertools.chain.from_iterable((r + full, r[:1] + initials, r + initials) for r in first)
    return tuple(dict.fromkeys((plain, *(key.lower() for key in spelled))))


def sort_key(name: str) -> str:
    """A key that sorts Chinese names by pinyin and others by themselves."""
    return " ".join(part[0] for part in pinyin(narrow(name).lower(), style=Style.TONE3))
