"""Markup that works under the strict policy, on htmx 2 and later on 4."""

import re
from collections.abc import Iterator

from tests.walls.tree import text, under

_TAG = re.compile(r"<[a-zA-Z][^<>]*(?:\{\{.*?\}\}[^<>]*|\{%.*?%\}[^<>]*)*>", re.DOTALL)
_REQUEST = re.compile(r"\shx-(get|post|put|patch|delete)=")
_TRIGGER = re.compile(r"\shx-trigger=(['\"])(?P<value>.*?)\1", re.DOTALL)
# Attributes that the content-security policy or htmx 4 would not take, with the reason.
_FORBIDDEN = {
    r"\sstyle\s*=": "style attribute",
    r"\son[a-z]+\s*=": "inline handler",
    r"\shx-on": "hx-on",
    r"\shx-(ext|vars|params|prompt|request|inherit|disinherit|disable)\b": "gone or different in htmx 4",
    r"\shx-vals\s*=\s*['\"]\s*js:": "js: values",
    r"^<script(?![^>]*\ssrc=)": "inline script",
    r"^<style": "inline style sheet",
    r"\s(href|src|action)\s*=\s*['\"](https?:)?//": "address of another site",
    r"\starget\s*=\s*['\"]_blank": "opens a window",
}


def faults(source: str) -> Iterator[str]:
    """What a template must not hold."""
    for found in _TAG.finditer(source):
        tag = found[0]
        yield from (reason for pattern, reason in _FORBIDDEN.items() if re.search(pattern, tag))
        if _REQUEST.search(tag) and "hx-target=" not in tag:
            yield "hx-target not on the element itself"
        if trigger := _TRIGGER.search(tag):
            plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", trigger["value"])
            if "[" in plain:
                yield "trigger filter"
            if "key" in plain:
                yield "key trigger"


def test_every_template_keeps_the_rules() -> None:
    found = {path.name: sorted(faults(text(path))) for path in under("web", "schema", suffix=".html")}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_every_fault_is_found() -> None:
    sample = """<p style="color: red"><a onclick="x()" target="_blank" href="//elsewhere"><b hx-on:click="x">
    <script>x()</script><style></style><button hx-post="/x" hx-vals='js:x'><i hx-ext="sse">
    <input hx-get="/x" hx-target="#a" hx-trigger="keyup[key=='Enter']">"""
    assert list(faults(sample)) == [
        "style attribute", "inline handler", "address of another site", "opens a window", "hx-on", "inline script",
        "inline style sheet", "js: values", "hx-target not on the element itself", "gone or different in htmx 4",
        "trigger filter", "key trigger",
    ]  # fmt: skip


def test_clean_markup_is_not_complained_about() -> None:
    sample = '<script src="/static/ui.js" defer></script><form hx-post="/x" hx-target="this" hx-trigger="submit">'
    assert list(faults(sample)) == []
