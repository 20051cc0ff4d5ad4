"""The documentation is true: files it names exist, links lead somewhere, everything is mentioned."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from coord.settings import Settings
from tests.walls.tree import PACKAGES, ROOT, areas, files, short, text, under
from tests.walls.words import catalog

DOCS = ROOT / "docs"
_NAMED = re.compile(r"`((?:coord|schema|web|workers|tests|docs|\.ci)/[\w./-]*)`")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_HEADINGS = ["Context", "Options", "Decision", "Consequences", "Sources"]


def pages() -> list[Path]:
    """Every page for people."""
    return [path for path in files() if path.suffix == ".md"]


def missing_files(source: str) -> list[str]:
    """Paths that a page names and that are not there."""
    return [name for name in _NAMED.findall(source) if not (ROOT / name).exists()]


def dead_links(page: Path, source: str) -> list[str]:
    """Relative links that lead nowhere."""
    return [link for link in _LINK.findall(source) if not (page.parent / link).exists()]


def unmentioned(names: Iterable[str], source: str) -> list[str]:
    """Names that do not stand in backticks in a page."""
    return [name for name in names if not re.search(rf"`{re.escape(name)}/?`", source)]


def test_every_file_that_a_page_names_exists() -> None:
    assert {short(p): found for p in pages() if (found := missing_files(text(p)))} == {}


def test_every_link_leads_somewhere() -> None:
    assert {short(p): found for p in pages() if (found := dead_links(p, text(p)))} == {}


def test_the_map_names_every_area_and_every_door() -> None:
    names = [f"coord/{area}" for area in areas()] + [f"{door}" for door in PACKAGES if door != "coord"]
    assert unmentioned(names, text(DOCS / "architecture.md")) == []


def test_every_decision_has_its_five_headings_and_stands_in_the_list() -> None:
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert {p.name: re.findall(r"^## (.+)$", text(p), re.MULTILINE) for p in records} == {
        p.name: _HEADINGS for p in records
    }
    assert [p.name for p in records if f"]({p.name})" not in text(DOCS / "decisions" / "README.md")] == []


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    names = {Requirement(line).name for line in lines} - {"coord"}
    assert unmentioned(sorted(names), text(DOCS / "decisions" / "dependencies.md")) == []


def test_every_setting_is_documented() -> None:
    names = [f"COORD_{name.upper()}" for name in Settings.model_fields]
    assert unmentioned(names, text(DOCS / "deploy.md")) == []


def test_every_name_of_the_glossary_stands_in_the_code() -> None:
    rows = [line.split("|") for line in text(DOCS / "glossary.md").splitlines() if line.startswith("| ")]
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row[-2])}
    code = "\n".join(text(path) for path in under(*PACKAGES))
    assert sorted(name for name in names if not re.search(rf"\b{name}\b", code)) == []


def test_the_readme_tests_with_the_command_of_the_gate() -> None:
    command = "pytest -n auto"
    assert text(ROOT / "README.md").count(command) == len(["pip", "uv"])
    assert '"$venv/bin/pytest" -n auto' in text(ROOT / ".ci" / "run")


def test_a_dead_link_a_missing_file_and_an_unmentioned_name_are_found() -> None:
    source = "[there](README.md) [gone](no.md) `coord/settings.py` `coord/gone.py` `COORD_ENV`"
    assert missing_files(source) == ["coord/gone.py"]
    assert dead_links(ROOT / "README.md", source) == ["no.md"]
    assert unmentioned(["COORD_ENV", "COORD_GONE"], source) == ["COORD_GONE"]


def unknown_labels(source: str, texts: Iterable[str]) -> list[str]:
    """Words in 「」 that no page of the product says."""
    known = set(texts)
    return [label for label in re.findall(r"「([^」]+)」", source) if label not in known]


def test_the_user_guide_calls_things_as_the_pages_do() -> None:
    said = {form for entry in catalog("zh-CN").values() for form in entry.forms}
    guides = list(under("docs/user-guide", suffix=".md"))
    assert {short(p): wrong for p in guides if (wrong := unknown_labels(text(p), said))} == {}


def test_an_unknown_label_is_found() -> None:
    assert unknown_labels("点「保存」，再点「存盘」", ["保存"]) == ["存盘"]
