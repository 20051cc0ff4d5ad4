"""T2: random slices and least squares against the live endpoint find what one look shows; an unprotected server breaks."""

import pytest

from coord.work.engine import Database
from tests.disclosure.endpoint import rates
from tests.disclosure.world import lay, publish

pytestmark = pytest.mark.anyio
SLICES, CONTROL_SLICES = 300, 400
MORE_AT_MOST = 0.02


async def test_t2_slicing_at_random_finds_no_more_than_one_look(database: Database) -> None:
    await lay()
    await publish()
    for figure, (look, attack, control) in (await rates(SLICES, CONTROL_SLICES)).items():
        assert attack <= look + MORE_AT_MOST, figure
        assert look < 0.5, figure
        assert control > 0.95, figure
