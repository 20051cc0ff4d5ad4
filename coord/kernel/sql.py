"""The one statement builder of coord.

SQLModel types ``select`` by up to four columns and rejects more; statements here are proved by tests on
both databases instead, so the builder is deliberately untyped.
"""

from collections.abc import Callable
from typing import Any

import sqlmodel

select: Callable[..., Any] = sqlmodel.select
