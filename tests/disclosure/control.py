"""A server that answers from the truth, small numbers hidden, others to the nearest 5.

The attack must break it, or the attack proves nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import override

from tests.disclosure.attack import FIGURES, Target

_HIDDEN_BELOW, _NEAREST = 8, 5


class Control:
    """Asked like the endpoint, by the same documents."""

    def __init__(self, targets: Sequence[Target], truth: Mapping[str, Sequence[int]]) -> None:
        """``truth``: each figure's true counts in the order of the hospitals."""
        self._places = {one.id: one for one in targets}
        self._truth = {
            name: {one.id: count for one, count in zip(targets, counts, strict=True)} for name, counts in truth.items()
        }

    async def ask(self, _document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """An answer to as many slices as the variables name."""
        return {
            f"a{name[1:]}": self._report(chosen, variables[f"g{name[1:]}"])
            for name, chosen in variables.items()
            if name.startswith("h")
        }

    def _report(self, chosen: Sequence[str], grouped: Sequence[str]) -> Mapping[str, Any]:
        groups: dict[str, list[str]] = {}
        for one in chosen:
            place = self._places[one]
            groups.setdefault(place.province if "PROVINCE" in grouped else place.code, []).append(one)
        rows = [{"key": [{"key": key}], "measures": self._figures(ids)} for key, ids in groups.items()]
        return {"total": self._figures(chosen), "rows": rows if grouped else []}

    def _figures(self, chosen: Sequence[str]) -> Mapping[str, Any]:
        return {name: {"value": self.shown(sum(self._truth[name][one] for one in chosen))} for name in FIGURES}

    def shown(self, count: int) -> int | None:
        """A count as this server says it."""
        return None if 0 < count < _HIDDEN_BELOW else (count + _NEAREST // 2) // _NEAREST * _NEAREST


class Hiding(Control):
    """Says every count exactly and hides small ones: what tables protected by hiding alone do."""

    @override
    def shown(self, count: int) -> int | None:
        return None if 0 < count < _HIDDEN_BELOW else count
