"""Who asks, in which unit, at what cost: made once per request and handed to every resolver."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.requests import Request
from strawberry.dataloader import DataLoader

from coord.access import Actor
from coord.identity import actor_by_session, actor_by_token
from coord.identity.reads import SignedIn
from coord.kernel.errors import Unauthenticated
from coord.language import Words, words
from coord.settings import settings
from coord.work import Unit
from schema.budget import Account

_LONGEST_SECRET = 200
Batch = Callable[[list[Any]], Awaitable[Sequence[Any]]]


@dataclass(slots=True)
class Context:
    """One request: its actor for life, its unit, its loaders and its bill."""

    actor: Actor
    unit: Unit
    account: Account
    cost: int
    session_id: UUID | None = None
    rejected: bool = False
    plans: dict[Hashable, Any] | None = None
    loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """The viewer's language."""
        return words(self.actor.language)

    def loader(self, key: Hashable, load: Batch) -> DataLoader[Any, Any]:
        """The loader of a key; fields with other arguments or other wanted paths have their own."""
        if key not in self.loaders:
            self.loaders[key] = DataLoader(load_fn=load)
        return self.loaders[key]


def session_cookie() -> str:
    """The cookie's name: ``__Host-sid`` in production, where browsers bind it to our host and to HTTPS."""
    return "__Host-sid" if settings().is_production else "sid"


async def actor_of(request: Request) -> Actor:
    """The actor of ``person_of``."""
    return (await person_of(request)).actor


async def person_of(request: Request, *, takes_basic: bool = False) -> SignedIn:
    """The person behind a bearer token or the session cookie; with ``takes_basic`` a token may be a Basic password.

    Raises ``Unauthenticated`` for nobody, and for a token that is wrong, over, revoked or used from elsewhere,
    even when a good cookie came along.
    """
    header = request.headers.get("authorization")
    if header is not None:
        address = request.client.host if request.client else ""
        return await actor_by_token(_checked(_secret(header, takes_basic)), address)
    return await actor_by_session(_checked(request.cookies.get(session_cookie(), "")))


def _secret(header: str, takes_basic: bool) -> str:
    """The token of an ``Authorization`` header. Spreadsheets know Basic alone: the user's name says nothing there."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic" or not takes_basic:
        raise Unauthenticated
    try:
        return base64.b64decode(given.strip(), validate=True).decode("ascii").partition(":")[2]
    except (binascii.Error, ValueError):
        raise Unauthenticated from None


def _checked(secret: str) -> str:
    """Secrets are short ASCII; anything else is refused before it reaches the database."""
    if not secret or len(secret) > _LONGEST_SECRET or not secret.isascii():
        raise Unauthenticated
    return secret
