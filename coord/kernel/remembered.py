"""What a process remembers of the values that it worked out: those used last, up to a number of them."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K")
S = TypeVar("S")
_MOST_MADE = 16


class Remembered(Generic[T]):
    """Values by keys that say everything a value depends on; one that was not used for the longest goes first."""

    def __init__(self, most: int) -> None:
        """Remember nothing yet."""
        self._most = most
        self._values: dict[Hashable, T] = {}

    def get(self, key: Hashable) -> T | None:
        """The value under a key, if it is remembered."""
        found = self._values.pop(key, None)
        if found is not None:
            self._values[key] = found
        return found

    def put(self, key: Hashable, value: T) -> T:
        """Remember a value; it is given back."""
        self._values.pop(key, None)
        while len(self._values) >= self._most:
            del self._values[next(iter(self._values))]
        self._values[key] = value
        return value


class Lasting:
    """Something that comes back as the very same for as long as it holds; what is made of it is kept with it."""

    @cached_property
    def made(self) -> Remembered[Any]:
        """What was made of it, the few things that were asked for last; it ends with what it was made of."""
        return Remembered(_MOST_MADE)


class LastingCells(Lasting, dict[K, T]):
    """Values by keys that last; nobody changes them."""


class LastingRows(Lasting, list[T]):
    """Rows that last; nobody changes them."""


def made_of(source: S, key: Hashable, make: Callable[[S], T]) -> T:
    """What is made of something: once under a key that says how, where it lasts; anew where it does not."""
    if not isinstance(source, Lasting):
        return make(source)
    found: T | None = source.made.get(key)
    return source.made.put(key, make(source)) if found is None else found
