"""Numbered pages of a list, with an address for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.forms import Form
from web.foundation import address

SIZES = (25, 50, 100)
_NEIGHBORS = 2
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of how many; ``numbers`` are those to offer, None for a gap."""

    page: int
    size: int
    total: int
    path: str
    kept: Mapping[str, Any]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """The number of the first row on the page, counted from 1; 0 on an empty list."""
        return min((self.page - 1) * self.size + 1, self.total)

    @property
    def last_row(self) -> int:
        """The number of the last row on the page."""
        return min(self.page * self.size, self.total)

    @property
    def numbers(self) -> Sequence[int | None]:
        """The first, the last and the neighbors of this page."""
        near = range(max(1, self.page - _NEIGHBORS), min(self.last, self.page + _NEIGHBORS) + 1)
        offered = sorted({1, self.last, *near})
        numbers: list[int | None] = []
        for number in offered:
            if numbers and numbers[-1] != number - 1:
                numbers.append(None)
            numbers.append(number)
        return numbers

    def href(self, page: int) -> str:
        """The address of a page."""
        return address(self.path, **self.kept, page=page if page > 1 else None)

    def sized(self, size: int) -> str:
        """The address of the first page with another number of rows."""
        return address(self.path, **{**self.kept, "size": size})


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else otherwise


def pages_of(form: Form, total: int, path: str, kept: Mapping[str, Any]) -> Pages:
    """The page that an address asks for; one that does not exist becomes the nearest that does."""
    size = _whole(form.value("size"), SIZES[0])
    size = size if size in SIZES else SIZES[0]
    asked = Pages(1, size, total, path, kept)
    return Pages(min(max(_whole(form.value("page"), 1), 1), asked.last), size, total, path, kept)
