"""Which parameters each route reads, found by watching it read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import httpx2
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.routing import Route
from typing_extensions import override

from coord.kernel.inputs import Input
from tests.odd.pages import PARTS, all_routes
from tests.odd.values import USUAL
from tests.world import LIN
from web.forms import Form

Read = Mapping[tuple[str, str], frozenset[str]]
"""The names that a method of a route reads."""
ENDING = ("/sign-out",)
"""What would end the session of whoever looks."""
_names: set[str] = set()
_forms: set[str] = set()
_ITERATED = "<all>"


class _Watched(QueryParams):
    """A query that remembers what it was asked for."""

    @override
    def get(self, key: Any, default: Any = None) -> Any:
        _names.add(str(key))
        return super().get(key, default)

    @override
    def getlist(self, key: Any) -> list[Any]:
        _names.add(str(key))
        return super().getlist(key)

    @override
    def __iter__(self) -> Iterator[Any]:
        _names.add(_ITERATED)
        return super().__iter__()

    @override
    def __contains__(self, key: object) -> bool:
        _names.add(str(key))
        return super().__contains__(key)


def _value(self: Form, name: str, default: str = "") -> str:
    _forms.add(name)
    found = self.fields.get(name)
    return found[-1] if found else default


def _values(self: Form, name: str) -> Any:
    _forms.add(name)
    return self.fields.get(name, ())


def _raw(self: Form, model: type[Input]) -> dict[str, Any]:
    _forms.update(model.model_fields)
    return {name: _value(self, name) for name in model.model_fields if name in self.fields}


@contextmanager
def watching() -> Iterator[None]:
    """Watch every query and form."""
    query = property(lambda self: _Watched(self.scope["query_string"]))
    with (
        patch.object(Request, "query_params", query),
        patch.object(Form, "value", _value),
        patch.object(Form, "values", _values),
        patch.object(Form, "raw", _raw),
    ):
        yield


def usual_path(route: Route) -> str:
    """The route's path with the parts that the cast's world has."""
    return PARTS.sub(lambda part: USUAL.get(part[1], str(LIN)), route.path)


async def read_names(who: Mapping[str, httpx2.AsyncClient]) -> Read:
    """The names that every route reads when these people open it or send an empty form."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    with watching():
        for client in who.values():
            for route in all_routes():
                if route.path in ENDING:
                    continue
                for method in sorted((route.methods or set()) & {"GET", "POST"}):
                    _names.clear()
                    _forms.clear()
                    form = {"unknown": "1"} if method == "POST" else None
                    await client.request(method, f"{usual_path(route)}?unknown=1", data=form)
                    found[method, route.path] |= _read(method)
    return {key: frozenset(names) for key, names in found.items()}


def _read(method: str) -> set[str]:
    """What was read last: a page that is only opened reads a form's names from its query, or from nowhere."""
    is_form = method == "POST" or _ITERATED in _names
    return (_names | (_forms if is_form else set())) - {_ITERATED, "unknown"}
