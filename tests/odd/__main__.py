"""``python -m tests.odd``: the whole odd list against every route and every argument, on a world of its own."""

import sys
import tempfile

import anyio
import click
import structlog

from coord.migrations import upgrade
from coord.work import engine
from tests.odd.asking import ask_arguments, ask_routes
from tests.odd.values import TEXTS, VALUES
from tests.world import build_world

_ERRORS = 40


async def _run(url: str) -> int:
    store = engine.Database(url)
    engine.use(store)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_ERRORS))
    try:
        await build_world()
        found = {"routes": await ask_routes(range(len(TEXTS))), "arguments": await ask_arguments(len(VALUES))}
    finally:
        engine.use(None)
        await store.dispose()
    for name, one in found.items():
        click.echo(f"{one.asked} requests to {name}, {len(one.wrong)} wrong")
        for line in one.wrong:
            click.echo(f"WRONG {line}", err=True)
    return 1 if any(one.wrong for one in found.values()) else 0


def main() -> int:
    """Ask everything; 1 for anything wrong."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/world.sqlite"
        upgrade(url)
        return anyio.run(_run, url)


if __name__ == "__main__":
    sys.exit(main())
