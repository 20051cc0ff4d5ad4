"""The fixed list of what nobody should send, and what people usually send in the same place."""

from collections.abc import Mapping, Sequence

from tests.world import LIN, NORTH, NORTH_GROUP, PROGRAM, PROGRAM_ID, SAM_WORKER

# As text: in addresses, forms and arguments.
TEXTS: Mapping[str, str] = {
    "nothing": "",
    "NUL": "a\0b",
    "half a character": "a\ud800b",
    "beyond ASCII": "é林😀",
    "2^31": str(2**31),
    "2^63": str(2**63),
    "-2^63 - 1": str(-(2**63) - 1),
    "too large for a float": "1e400",
    "no number": "NaN",
    "digits of another script": "١٢٣²",
    "a long text": "x" * 60_000,
    "more digits than Python reads": "9" * 5000,
    "quotes": "'\"`; DROP TABLE client; --",
    "wildcards": "%_\\",
    "turned around": "\u202eabc\u2066",
    "an escape and a line": "\x1b[31m\r\nSet-Cookie: a=b",
    "a template": "{{ 7 * 7 }}${7*7}<script>alert(1)</script>",
    "a way up": "../../../../etc/passwd",
    "an impossible day": "2026-02-30",
    "a year too far": "10000-01-01",
    "a month too many": "2026-13",
    "open brackets": "[" * 50_000,
}
# As JSON: wrong kinds, and numbers that no column holds.
VALUES: Sequence[object] = (
    None, True, 0, -1, 1.5, 2**31, 2**63, -(2**63) - 1, 1e308, [], {}, [None], [[]], {"a": 1}, [1] * 1000,
    *TEXTS.values(),
)  # fmt: skip
# A value that the rest of a request may have, so that the odd one is reached.
USUAL: Mapping[str, str] = {
    "program": PROGRAM, "program_id": str(PROGRAM_ID), "client": str(LIN), "worker": str(SAM_WORKER), "hospital": str(NORTH),
    "organization": str(NORTH), "month": "2026-09", "from_day": "2026-01-01", "to_day": "2026-12-31", "group": str(NORTH_GROUP),
    "from": "2026-01-01", "to": "2026-12-31", "kind": "csv", "ending": "csv", "language": "en", "theme": "auto",
    "service_code": "CASE_CONTACT", "occurred_on": "2026-09-03", "duration_minutes": "30", "page": "1", "size": "20",
    "idempotency_key": "018f6b3a-6f7e-7c3a-8a55-0d5d5c2b7a10", "name": "somebody", "place": f"{PROGRAM}/{NORTH}",
}  # fmt: skip
# Every name that a page, a form or a filter reads.
NAMES: Sequence[str] = (
    *USUAL, "q", "search", "after", "asked", "attendance", "attendees", "by", "dry_run", "fate", "flagged", "kept", "measure",
    "next", "note", "opened_on", "other", "province", "scopes", "networks", "days", "standing", "state", "status", "then",
    "walk_in", "walk_ins", "anonymous_count", "family_present", "issues", "hosts", "co_workers", "email", "password", "code",
    "setup_code", "role", "starts_on", "ends_on", "add", "reason", "phone", "gender", "birth_year", "new_password",
)  # fmt: skip


def text_of(number: int) -> str:
    """One of the odd texts, counted round."""
    return list(TEXTS.values())[number % len(TEXTS)]
