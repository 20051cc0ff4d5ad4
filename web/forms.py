"""Forms: raw fields in, the same fields back with what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.inputs import Input

MAX_FIELDS = 1500
MAX_FIELD_BYTES = 64 * 1024


@dataclass(frozen=True)
class Form:
    """What somebody typed (or what a form starts with) and the problems found in it."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()

    @classmethod
    def of(cls, **start: str | int | Iterable[str] | None) -> "Form":
        """A form with its first values; None leaves a field empty."""
        given = {name: value for name, value in start.items() if value is not None}
        return cls({n: [str(v)] if isinstance(v, (str, int)) else [str(x) for x in v] for n, v in given.items()})

    def value(self, name: str, default: str = "") -> str:
        """The last value of a field."""
        values = self.fields.get(name)
        return values[-1] if values else default

    def values(self, name: str) -> Sequence[str]:
        """All values of a field."""
        return self.fields.get(name, ())

    def has(self, name: str, value: str) -> bool:
        """Whether a choice is chosen."""
        return value in self.values(name)

    def wrong(self, name: str) -> Sequence[Problem]:
        """The problems of a field ("" for the whole form)."""
        return [problem for problem in self.problems if problem.field == name]

    @property
    def is_wrong(self) -> bool:
        """Whether the form was refused."""
        return bool(self.problems)

    @property
    def first_wrong(self) -> str:
        """The field that gets the focus."""
        return self.problems[0].field if self.problems else ""

    def refused(self, refusal: Invalid | Conflict) -> "Form":
        """The same form with the problems of a refusal."""
        return Form(self.fields, tuple(refusal.problems))

    def but(self, **changed: str | Sequence[str]) -> "Form":
        """The same form with some fields changed."""
        new = {name: [value] if isinstance(value, str) else list(value) for name, value in changed.items()}
        return Form({**self.fields, **new}, self.problems)

    def raw(self, model: type[Input]) -> dict[str, Any]:
        """The fields that an input knows, lists where it wants lists; the rest stays in the form."""
        known = {name: info for name, info in model.model_fields.items() if name in self.fields}
        return {
            name: [v for v in self.fields[name] if v] if isinstance(info.default, tuple) else self.value(name)
            for name, info in known.items()
        }


async def read_form(request: Request) -> Form:
    """The fields of a posted form. Files are refused: they have a route of their own."""
    async with request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES) as posted:
        return Form({name: [str(value) for value in posted.getlist(name)] for name in posted})


def query_form(request: Request) -> Form:
    """The query of a URL as a form: filters are typed by people as well."""
    return Form({name: request.query_params.getlist(name) for name in request.query_params})
