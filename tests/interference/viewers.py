"""Who looks: the cast, and four more, so that every role looks; one of them through the API alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from coord.access import Role, TokenScope
from coord.identity.rules import hashed
from coord.identity.tables import ApiToken, Membership, User, WebSession
from coord.kernel.clock import now
from tests.interference.rows import Made, row
from tests.world import AGENCY, FOUNDATION, NORTH, SOUTH, STARTS, cast, fixed


@dataclass(frozen=True, slots=True)
class Hidden:
    """What may differ between two worlds without a viewer being allowed to know.

    ``people``: hospitals whose new clients are invisible, as long as no contact names them. ``contacts``:
    hospitals whose contacts are invisible. ``names``: hospitals whose people's names are.
    """

    people: Sequence[UUID] = ()
    contacts: Sequence[UUID] = ()
    names: Sequence[UUID] = (NORTH, SOUTH)


_BOTH = (NORTH, SOUTH)
_ALL = Hidden(_BOTH, _BOTH)
VIEWERS: Mapping[str, Hidden] = {
    "sam": Hidden((SOUTH,), (SOUTH,), (SOUTH,)),
    "nia": Hidden((NORTH,), (NORTH,), (NORTH,)),
    "sun": Hidden(names=()),
    "ola": Hidden(),
    "cai": _ALL,
    "petra": _ALL,
    "fatima": _ALL,
    "adam": _ALL,
    "eva": Hidden(),
    "cora": Hidden(_BOTH, (SOUTH,)),
    "mana": Hidden(_BOTH),
    "apia": Hidden(),
}
BY_TOKEN = frozenset({"apia"})
"""Who has no browser: a program that carries a token."""
MORE: Mapping[str, tuple[UUID, Role]] = {
    "eva": (FOUNDATION, Role.EVALUATOR),
    "cora": (NORTH, Role.HOSPITAL_COORDINATOR),
    "mana": (AGENCY, Role.AGENCY_MANAGER),
    "apia": (FOUNDATION, Role.API_CLIENT),
}
WORKERS = {NORTH: cast.sam, SOUTH: cast.nia}


def secret_of(viewer: str) -> str:
    """What a viewer's cookie or token says."""
    return f"secret_of_{viewer}".ljust(43, "-")


def more_viewers() -> Sequence[Made]:
    """The four who are not of the cast."""
    rows: list[Made] = []
    for name, (place, role) in MORE.items():
        user = fixed(f"user/{name}")
        rows.append(row(User, id=user, email=f"{name}@demo.example", name=name, password_hash="-", language="en"))
        rows.append(row(Membership, id=fixed(f"membership/{name}"), user_id=user, organization_id=place, role=role,
                               starts_on=STARTS))  # fmt: skip
    return rows


def proof_of(viewer: str) -> Made:
    """The row that lets a viewer in: a browser's session, or a token."""
    user, day = fixed(f"user/{viewer}"), now() + timedelta(hours=8)
    if viewer in BY_TOKEN:
        return row(ApiToken, id=fixed("proof"), user_id=user, name="program", token_hash=hashed(secret_of(viewer)),
                        created_at=now(), expires_at=day, scopes=list(TokenScope))  # fmt: skip
    return row(WebSession, id=fixed("proof"), token_hash=hashed(secret_of(viewer)), user_id=user, created_at=now(),
                      seen_at=now(), expires_at=day, device="test", password_at=now(), proved_at=now())  # fmt: skip
