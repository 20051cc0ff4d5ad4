"""How a service is usually done, and what in a process record does not go together. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from coord.contacts.codes import ServiceCode
from coord.contacts.process.codes import ContactMethod
from coord.contacts.process.inputs import PROCESS_FIELDS, ProcessFacts
from coord.kernel.errors import Problem

_USUAL: Final[Mapping[ServiceCode, ContactMethod]] = {
    ServiceCode.CASE_CONTACT: ContactMethod.INTERVIEW,
    ServiceCode.BEDSIDE_VISIT: ContactMethod.WARD,
    ServiceCode.HOME_VISIT: ContactMethod.HOME_VISIT,
    ServiceCode.HOTLINE: ContactMethod.PHONE,
    ServiceCode.RESOURCE_LINK: ContactMethod.RESOURCE_VISIT,
}


def usual_method(code: ServiceCode) -> ContactMethod | None:
    """How a service is done where nobody said otherwise; None where that cannot be told."""
    return _USUAL.get(code)


def says_something(given: ProcessFacts) -> bool:
    """Whether there is anything to keep."""
    return any(getattr(given, name) is not None for name in PROCESS_FIELDS)


def check_process(given: ProcessFacts, day: date) -> Iterator[Problem]:
    """The next step lies after the service, and its day is the day of something."""
    if given.next_on is not None and given.next_on < day:
        yield Problem("next_on", "ENDS_BEFORE_START")
    if given.next_on is not None and given.next_step is None:
        yield Problem("next_step", "REQUIRED")
