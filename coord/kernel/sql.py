"""The one statement builder of coord.

SQLModel types ``select`` by up to four columns and rejects more; statements here are proved by tests on
both databases instead, so the builder is deliberately untyped.
"""

from collections.abc import Callable
from typing import Any

import sqlmodel

select: Callable[..., Any] = sqlmodel.select

COUNTING = "counting"


def counting(statement: Any) -> Any:
    """A statement of a figure: it also counts facts about people whom nobody may look at just now, and shows none."""
    return statement.execution_options(**{COUNTING: True})
