"""What stands in every world of a pair, drawn at random too: people, contacts on equal days, a group."""

import random
from collections.abc import Sequence

from tests.interference.rows import Made, contact, group, new_id, person
from tests.world import AGENCY, CHEN, HUANG, LIN, NIA_WORKER, NORTH, PROGRAM_ID, SAM_WORKER, SOUTH, SOUTH_ZHAO

_NORTH = {"program": PROGRAM_ID, "hospital": NORTH, "agency": AGENCY, "worker": SAM_WORKER}
_SOUTH = {"program": PROGRAM_ID, "hospital": SOUTH, "agency": AGENCY, "worker": NIA_WORKER}


def draw_visible(rng: random.Random) -> Sequence[Made]:
    """Rows that somebody of the cast sees; the days are few, so that many sort alike."""
    rows: list[Made] = []
    for client in rng.choices((LIN, CHEN, HUANG), k=rng.randint(2, 5)):
        rows += contact(rng, _NORTH, client, days=2)
    for _ in range(rng.randint(1, 3)):
        rows += contact(rng, _SOUTH, SOUTH_ZHAO, days=1)
    for place, prefix in ((_NORTH, "NORTH"), (_SOUTH, "SOUTH")):
        if rng.random() < 0.5:
            made = new_id(rng)
            # Served, so that whoever sees contacts sees the person behind: coordinators and agencies too.
            rows += person(rng, made, PROGRAM_ID, place["hospital"], f"{prefix}-77{rng.randint(10, 99)}")
            rows += contact(rng, place, made)
    if rng.random() < 0.3:
        rows += group(rng, _NORTH, (LIN, CHEN))
    return rows
