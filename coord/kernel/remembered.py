"""What a process remembers of the values that it worked out: those used last, up to a number of them."""

from collections import deque
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, Generic, TypeVar
from weakref import ref

T = TypeVar("T")
K = TypeVar("K")
S = TypeVar("S")
MOST_MADE = 128
"""How many things made of others a process keeps, those made last: a thousand selections of one table are no leak."""


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
    """Something that comes back as the very same for as long as it holds; what is made of it is kept with it.

    It ends with what it was made of, and before that once the process has kept many other such things since.
    """

    @cached_property
    def made(self) -> dict[Hashable, Any]:
        """What was made of it, under keys that say how."""
        return {}

    def keep(self, key: Hashable, value: T) -> T:
        """Keep what was made of it; it is given back."""
        self.made[key] = value
        _kept.append((ref(self), key))
        if len(_kept) > MOST_MADE:
            oldest, made_how = _kept.popleft()
            if (source := oldest()) is not None:
                source.made.pop(made_how, None)
        return value


_kept: deque[tuple[ref[Lasting], Hashable]] = deque()


class LastingCells(Lasting, dict[K, T]):
    """Values by keys that last; nobody changes them."""


class LastingRows(Lasting, list[T]):
    """Rows that last; nobody changes them."""


def made_of(source: S, key: Hashable, make: Callable[[S], T]) -> T:
    """What is made of something: once under a key that says how, where it lasts; anew where it does not."""
    if not isinstance(source, Lasting):
        return make(source)
    found: T | None = source.made.get(key)
    return source.keep(key, make(source)) if found is None else found
