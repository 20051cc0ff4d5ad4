"""What a process that serves for long has loaded is never garbage."""

import gc
from functools import cache

_OBJECTS, _ROUNDS = 20_000, (10, 20)


@cache
def keep_what_is_loaded() -> None:
    """Look no more for garbage among what the program itself consists of, and less often among the rest; once a process.

    Some hundred thousand objects of models, statements and schema were looked through again and again while a request or
    a job made its own: half of the processor time of a fold (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *_ROUNDS)
