"""Random documents for every field of the schema, sent to a server: run by the environment of the scanners.

Usage: ``python asking.py ADDRESS CASES SEED``, tokens and known values as JSON in the standard input. Prints a summary
as JSON: how many cases, how they were answered, what was wrong.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.fuzz import judging

SCHEMA = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"
ODD = (
    "", " ", "\\u0000", "\\ud800", "\\u202e", "\\u001b[31m", "'", "' OR '1'='1", "\\\\", "%", "_", "2026-02-30",
    "0000-00-00", "9999-12-31", "10000-01-01", "-1", "1e400", "NaN", "null", "林小满", "😀", "x" * 5000, "{{7*7}}",
    "${7*7}", "../../etc/passwd", "%00", "2026-13", "2026-00", "999999999999-01", "=1+1",
)  # fmt: skip
_TEXT = re.compile(r'(?<!\\)"((?:[^"\\]|\\.)*)"')
_NUMBER = re.compile(r"(?<=: )-?\d+")
_NUMBERS = ("0", "-1", "1", "20", "100", "101", "2147483647", "2147483648", "-2147483649", "9223372036854775808")
_MOST_SHOWN = 20


class Asking:
    """One run: what is sent by whom, and what came of it."""

    def __init__(self, address: str, tokens: Sequence[str], known: Sequence[str], start: int) -> None:
        """Ask an address with these tokens in turn."""
        self.url = f"{address}/graphql"
        self.tokens, self.known = tokens, known
        self.rng = random.Random(start)  # noqa: S311 -- a run that can be repeated, nothing secret
        self.http = requests.Session()
        self.outcomes: Counter[str] = Counter()
        self.faults: dict[str, str] = {}

    def varied(self, document: str) -> str:
        """The document with some of its values exchanged for known and for odd ones: random ones name no row."""

        def text(found: re.Match[str]) -> str:
            chance = self.rng.random()
            if chance < 0.45:
                return json.dumps(self.rng.choice(self.known))
            return f'"{self.rng.choice(ODD)}"' if chance < 0.7 else found[0]

        def number(found: re.Match[str]) -> str:
            return self.rng.choice(_NUMBERS) if self.rng.random() < 0.4 else found[0]

        return _NUMBER.sub(number, _TEXT.sub(text, document))

    def ask(self, document: str) -> None:
        """Send a document and judge the answer."""
        headers = {
            "Authorization": f"Bearer {self.rng.choice(self.tokens)}",
            "Accept": "application/graphql-response+json",
        }
        body = json.dumps({"query": document}).encode()
        answer = self.http.post(
            self.url, data=body, headers={**headers, "Content-Type": "application/json"}, timeout=30
        )
        self.outcomes[outcome(answer.status_code, answer.text)] += 1
        for fault in judging.faults(answer.status_code, answer.text):
            self.faults.setdefault(fault[:60], f"{fault}\n    {document[:600]!r}")


def outcome(status: int, text: str) -> str:
    """An answer in a word: data, rejected, or the code of its first error."""
    answer: Mapping[str, Any] = json.loads(text) if text.startswith("{") else {}
    if errors := answer.get("errors"):
        return f"{status} {errors[0].get('extensions', {}).get('code')}"
    return f"{status} rejected" if '"Rejected"' in text or '"problems"' in text else f"{status} data"


def one_round(operation: Any, asking: Asking, examples: int, start: int) -> None:
    """As many examples of one field as asked for, or as there are."""

    @seed(start)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def send(case: Any) -> None:
        document = case.body if isinstance(case.body, str) else case.body["query"]
        asking.ask(asking.varied(document))

    run: Callable[[], None] = send
    run()


def main(address: str, cases: int, start: int) -> None:
    """Go round all fields until enough has been asked."""
    told = json.load(sys.stdin)
    for name in ("Date", "DateTime", "UUID", "Decimal"):
        schemathesis.graphql.scalar(name, st.text(max_size=12).map(nodes.String))
    schema = schemathesis.graphql.from_path(str(SCHEMA))
    operations = [found.ok() for found in schema.get_all_operations()]
    asking = Asking(address, told["tokens"], told["known"], start)
    while (left := cases - sum(asking.outcomes.values())) > 0:
        for number, operation in enumerate(operations):
            one_round(operation, asking, max(1, min(100, left // len(operations) + 1)), start + number)
        start += len(operations)
    asked = sum(asking.outcomes.values())
    faults = list(asking.faults.values())
    summary = {"cases": asked, "outcomes": dict(asking.outcomes), "faults": len(faults), "first": faults[:_MOST_SHOWN]}
    sys.stdout.write(json.dumps(summary, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
