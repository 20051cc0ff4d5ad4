"""SVG text from values. Whatever is not an ``Svg`` itself is escaped; nothing here knows colors."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDE, NARROW = 640, 340
"""The two drawings of a chart; the style sheet shows one of them (12 px text stays 12 px)."""
_GLYPH, _LATIN = 12.0, 6.5
_FIRST_WIDE = 0x1100
_LARGER = 14 / 12
"""On the smallest phones the narrow drawing is scaled down and its text scaled up again."""


class Svg(str):
    """Finished markup: a template puts it into the page as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """What Jinja asks for before it escapes."""
        return str(self)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart, drawn for wide and for narrow places."""

    wide: Svg
    narrow: Svg


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def el(tag: str, *inside: object, **attributes: object) -> Svg:
    """An element. ``class_`` becomes class, ``_`` a hyphen; an attribute that is None is left out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(number(value) if isinstance(value, float) else str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    content = "".join(part if isinstance(part, Svg) else escape(str(part)) for part in inside)
    return Svg(f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>")


def joined(*parts: Svg) -> Svg:
    """Several elements one after the other."""
    return Svg("".join(parts))


def text_width(text: str, drawn: int = WIDE) -> float:
    """About how wide a label is in a drawing, in user units; Chinese and Korean glyphs are square."""
    width = sum(_GLYPH if ord(character) >= _FIRST_WIDE else _LATIN for character in text)
    return width * (_LARGER if drawn == NARROW else 1.0)


def shortened(text: str, room: float, drawn: int = WIDE) -> str:
    """The text, cut with an ellipsis where it does not fit."""
    if text_width(text, drawn) <= room:
        return text
    while text and text_width(f"{text}…", drawn) > room:
        text = text[:-1]
    return f"{text}…"


def wrapped(text: str, room: float, drawn: int = WIDE) -> Sequence[str]:
    """The text in one line or two, broken between words or, where it has none, between glyphs; cut if two are too few."""
    if text_width(text, drawn) <= room:
        return [text]
    first, *words = text.split(" ")
    while words and text_width(f"{first} {words[0]}", drawn) <= room:
        first = f"{first} {words.pop(0)}"
    rest = ""
    while text_width(first, drawn) > room:
        first, rest = first[:-1], first[-1] + rest
    return [first, shortened(" ".join([rest, *words] if rest else words), room, drawn)]


def drawing(width: int, height: int, name: str, *marks: Svg, linked: bool, class_: str = "plot") -> Svg:
    """The frame of a chart. With links inside it is a group: links in an image reach nobody."""
    role = "group" if linked else "img"
    return el(
        "svg", *marks, class_=class_, viewBox=f"0 0 {width} {height}", role=role, aria_label=name, focusable="false"
    )


def mark(shape: Svg, title: str, href: str | None) -> Svg:
    """A shape with its title, as a link to the rows behind it where there is an address.

    A link without words of its own is named; one with words must not be named otherwise.
    """
    titled = el("g", el("title", title), shape, class_="mark")
    name = None if "<text" in shape else title
    return el("a", titled, href=href, aria_label=name) if href else titled
