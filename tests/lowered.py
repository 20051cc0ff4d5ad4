"""A look at the tables as migrations see them: with the wall down, which is put back by a rollback."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from coord.migrations.walls import lower
from coord.work.engine import sync_engine

Answer = TypeVar("Answer")


def ask(url: str, question: Callable[[Connection], Answer]) -> Answer:
    """What a function of a plain connection says while the wall is down."""
    engine = sync_engine(url)
    with engine.connect() as connection:
        lower(connection)
        answer = question(connection)
        connection.rollback()
    engine.dispose()
    return answer
