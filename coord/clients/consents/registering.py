"""The consent to the service that somebody signs on paper while being registered."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from coord.clients.consents import rules
from coord.clients.consents.actions import put_consent, text_facts
from coord.clients.consents.codes import Basis, Channel, Purpose, Signer
from coord.kernel.errors import Problem
from coord.settings import settings


def unsigned(birth_year: int | None, day: date) -> Sequence[Problem]:
    """Why the person cannot sign alone; empty when they can."""
    problems = rules.check_signer(Signer.SELF, None, rules.Born(year=birth_year), day, settings().guardian_under)
    return [Problem("consent", problem.code) for problem in problems]


def paper_facts(day: date, language: str) -> dict[str, Any]:
    """What such a consent says."""
    return {
        "purpose": Purpose.SERVICE,
        "categories": sorted(rules.FIXED_CATEGORIES[Purpose.SERVICE]),
        "basis": Basis.CONSENT,
        "signer": Signer.SELF,
        "channel": Channel.PAPER,
        "given_on": day,
        **text_facts(Purpose.SERVICE, language),
    }


__all__ = ["paper_facts", "put_consent", "unsigned"]
