"""A line of the log for each try to come in or to show again who one is, whether it succeeds or not."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager

from coord.kernel.errors import Refusal
from coord.kernel.incidents import codes_of, tell, warn
from coord.settings import settings

_HASH = 16


def pseudonym(text: str) -> str:
    """What stands for an address or a proof in the log: the same for the same, and nobody can try addresses on it."""
    key = settings().secret_key.get_secret_value().encode()
    return hmac.new(key, b"log:" + text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_HASH]


@contextmanager
def trying(way: str, who: str, *, only_refused: bool = False) -> Iterator[None]:
    """Tell how a proof ends; ``who`` is an account's id or a pseudonym. What comes with each request is told when refused."""
    try:
        yield
    except Refusal as refused:
        if not refused.is_noted:
            refused.is_noted = True
            warn("proof_refused", way=way, who=who, reason=codes_of(refused))
        raise
    if not only_refused:
        tell("proof_accepted", way=way, who=who)
