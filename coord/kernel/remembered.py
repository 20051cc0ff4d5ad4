"""What a process remembers of the values that it worked out: those used last, up to a number of them."""

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


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
