"""The form of one scale: its items with their answers, in the words that its terms of use allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from coord.kernel.clock import today
from coord.outcomes.codes import Band, ScaleCode
from coord.outcomes.crisis import crisis_lines
from coord.outcomes.scales import SCALES, Scale
from web.forms import Form
from web.words import t

_TRIAGES = (Band.TRIAGE_LOW, Band.TRIAGE_MODERATE, Band.TRIAGE_HIGH)
_OFTEN, _YES = 3, 1


@dataclass(frozen=True, slots=True)
class Item:
    """One question: its field, its words or its number, the answers to choose from."""

    field: str
    text: str
    answers: Sequence[tuple[str, str]]


def _answers(scale: Scale, number: int) -> Sequence[tuple[str, str]]:
    if scale.code is ScaleCode.CSSRS and number == scale.items:
        return (("0", t("scale_answer.no")), ("1", t("scale_answer.ever")), ("2", t("scale_answer.lately")))
    if scale.highest == _YES or scale.code is ScaleCode.CSSRS:
        return (("0", t("scale_answer.no")), ("1", t("scale_answer.yes")))
    return tuple((str(n), str(n)) for n in range(scale.lowest, scale.highest + 1))


def items_of(scale: Scale) -> Sequence[Item]:
    """The questions in their order."""
    return [
        Item(
            f"item_{n}",
            t(f"scale_item.{scale.code}.{n}") if scale.has_wording else t("scale_item.number", n=n),
            _answers(scale, n),
        )
        for n in range(1, scale.items + 1)
    ]


def first_form(time_zone: str) -> Form:
    """An empty form of today."""
    return Form.of(idempotency_key=str(uuid4()), taken_on=today(time_zone).isoformat())


def context(scale: Scale, form: Form, time_zone: str) -> Mapping[str, Any]:
    """Everything that the page of a scale shows, whoever fills it."""
    often = scale.has_wording and scale.highest == _OFTEN
    return {
        "scale": scale,
        "form": form,
        "items": items_of(scale),
        "stem": t(f"scale_stem.{scale.code}") if scale.has_wording else t("scale_stem.paper"),
        "legend": [t(f"scale_answer.often.{n}") for n in range(_OFTEN + 1)] if often else [],
        "lines": crisis_lines(time_zone),
        "triages": [("", t("scale.raise_as_rule")), *((band.value, t(f"band.{band}")) for band in _TRIAGES)],
        "today": today(time_zone),
    }


def raw(form: Form, scale: Scale, client: object) -> dict[str, Any]:
    """The fields of a posted form as ``RecordScale`` takes them."""
    return {
        **{name: form.value(name) for name in ("idempotency_key", "taken_on", "raised_to", "raise_reason", "note")},
        "client": client,
        "scale": scale.code,
        "items": tuple(form.value(f"item_{n}") for n in range(1, scale.items + 1)),
    }


def scale_named(text: str) -> Scale | None:
    """The scale of an address."""
    return SCALES[ScaleCode(text)] if text in ScaleCode.__members__ else None
