"""Three languages, always complete."""

import ast
import re
import string
from collections.abc import Iterable, Mapping, Sequence

from coord.access.permissions import PERMISSIONS
from coord.language import LANGUAGES, words
from tests.walls.tree import PACKAGES, ROOT, parsed, text, under
from tests.walls.words import (
    Entry,
    catalogs,
    codes_in,
    entries,
    folded_codes,
    quoted,
    repeated,
    used,
    used_in_code,
    used_in_template,
)

FULL = Entry("a", ["{name}"], is_plural=False, is_fuzzy=False)
OTHER = Entry("b", ["{nam}"], is_plural=False, is_fuzzy=True)
INPUTS = ROOT / "coord" / "kernel" / "inputs.py"


def differences(found: Mapping[str, Mapping[str, Entry]]) -> list[str]:
    """Keys that a language lacks, keeps elsewhere, or fills with other placeholders."""
    wrong = []
    for key in sorted({key for texts in found.values() for key in texts}):
        having = {language: texts[key] for language, texts in found.items() if key in texts}
        if len(having) < len(found):
            wrong.append(f"{key}: missing in {sorted(set(found) - set(having))}")
        if len({(e.topic, e.placeholders, e.is_plural) for e in having.values()}) > 1:
            wrong.append(f"{key}: topic, placeholders or plural differ")
    return wrong


def unfinished(found: Mapping[str, Mapping[str, Entry]]) -> list[str]:
    """Empty, doubtful or unparsable sentences."""
    wrong = []
    for language, texts in found.items():
        for key, entry in texts.items():
            if entry.is_fuzzy or not all(form.strip() for form in entry.forms):
                wrong.append(f"{language} {key}: empty or fuzzy")
            for form in entry.forms:
                list(string.Formatter().parse(form))
    return wrong


def problem_codes() -> set[str]:
    """Every code that the code can give."""
    found = set(folded_codes(INPUTS))
    for path in under("coord", "schema", "web", "workers"):
        found.update(codes_in(parsed(path)))
    return found


def unsaid(keys: Iterable[str], sources: Sequence[str]) -> list[str]:
    """Sentences that nothing says any more."""
    (known, beginnings), code = quoted(sources), "\n".join(sources)
    spoken = known | {f"permission.{permission}.refused" for permission in PERMISSIONS}
    left = [key for key in keys if key not in spoken and not key.startswith(beginnings)]
    return [k for k in left if not (k.startswith("problem.") and re.search(rf"\b{k[8:].upper()}\b", code))]


def test_every_sentence_is_said_somewhere() -> None:
    sources = [text(p) for p in (*under(*PACKAGES), *under("web", "schema", suffix=".html"))]
    keys = [key for key, entry in catalogs()["zh-CN"].items() if entry.topic != "codes"]  # named by their enums
    assert unsaid(keys, sources) == []


def test_a_sentence_that_nobody_says_is_found() -> None:
    sources = ["t('log.saved') + t(f'role.{x}') + Problem('f', 'TOO_LONG')"]
    assert unsaid(["log.saved", "role.ADMIN", "problem.too_long", "log.gone"], sources) == ["log.gone"]


def test_the_languages_have_the_same_keys_and_placeholders() -> None:
    assert differences(catalogs()) == []


def test_no_key_stands_in_two_files() -> None:
    assert [wrong for language in LANGUAGES for wrong in repeated(entries(language))] == []


def test_a_key_in_two_files_is_found() -> None:
    assert repeated([("x", FULL), ("x", OTHER)]) == ["x: a, b"]


def test_no_sentence_is_empty_or_doubtful() -> None:
    assert unfinished(catalogs()) == []


def test_every_key_that_a_door_names_has_a_sentence() -> None:
    keys = catalogs()["zh-CN"]
    assert sorted({f"{use.where}: {use.key}" for use in used() if not use.is_in(keys)}) == []


def test_every_problem_code_has_a_sentence_in_every_language() -> None:
    keys = {f"problem.{code.lower()}" for code in problem_codes()}
    assert {language: sorted(key for key in keys if not words(language).has(key)) for language in LANGUAGES} == {
        language: [] for language in LANGUAGES
    }


def test_a_key_or_a_placeholder_that_one_language_lacks_is_found() -> None:
    sample = {"en": {"x": FULL, "y": FULL}, "ko": {"x": OTHER}}
    assert differences(sample) == ["x: topic, placeholders or plural differ", "y: missing in ['ko']"]
    assert unfinished(sample) == ["ko x: empty or fuzzy"]


def test_keys_and_codes_are_found_in_code_and_templates() -> None:
    tree = ast.parse("t('a.b'); go(said='c.d'); t(f'role.{x}'); Problem('f', 'X_Y' if z else 'Z'); refuse('BAD')")
    assert [(use.key, use.is_prefix) for use in used_in_code(tree, "")] == [
        ("a.b", False),
        ("role.", True),
        ("c.d", False),
    ]
    assert [use.key for use in used_in_template("{{ t('a.b', n=3) }} {{ t(\"role.\" ~ x) }}", "")] == ["a.b", "role."]
    assert sorted(codes_in(tree)) == ["BAD", "X_Y", "Z"]
