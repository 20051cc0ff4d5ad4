"""Everybody sees their own account; administrators also those of their directory."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import SQLModel, col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, any_of, everybody, nobody, one_of
from coord.access.whoever import Never
from coord.identity.tables import (
    ApiToken,
    GuessCount,
    KnownDevice,
    Membership,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SecondFactor,
    User,
    WebSession,
)


def _administered(actor: Actor) -> Any:
    """The organizations of the directories that the actor administers; None without any."""
    own = actor.administers()
    if not own:
        return None
    # Organizations stand above: their table is known by the time a rule is asked.
    place = SQLModel.metadata.tables["organization"].alias("administered_organization")
    return place.select().with_only_columns(place.c.id).where(one_of(place.c.foundation_id, own))


def visible_users(actor: Actor) -> ColumnElement[bool]:
    """The actor's own row, and the members of organizations that the actor administers."""
    own, places = col(User.id) == actor.user_id, _administered(actor)
    if places is None:
        return own
    held = Membership.__table__.alias("administered_membership")  # type: ignore[attr-defined]
    members = held.select().with_only_columns(held.c.user_id).where(held.c.organization_id.in_(places))
    return any_of(own, col(User.id).in_(members))


def visible_memberships(actor: Actor) -> ColumnElement[bool]:
    """The actor's own roles, and those at organizations that the actor administers."""
    own, places = col(Membership.user_id) == actor.user_id, _administered(actor)
    return own if places is None else any_of(own, col(Membership.organization_id).in_(places))


def administered_memberships(actor: Actor) -> ColumnElement[bool]:
    """Roles are given and taken by those who administer the organization's directory."""
    places = _administered(actor)
    return Never() if places is None else col(Membership.organization_id).in_(places)


def own_sessions(actor: Actor) -> ColumnElement[bool]:
    """The actor's own devices."""
    return col(WebSession.user_id) == actor.user_id


def own_tokens(actor: Actor) -> ColumnElement[bool]:
    """The actor's own tokens."""
    return col(ApiToken.user_id) == actor.user_id


def own_factor(actor: Actor) -> ColumnElement[bool]:
    """The actor's own authenticator."""
    return col(SecondFactor.id) == actor.user_id


def own_recovery_codes(actor: Actor) -> ColumnElement[bool]:
    """The actor's own recovery codes."""
    return col(RecoveryCode.user_id) == actor.user_id


def own_passkeys(actor: Actor) -> ColumnElement[bool]:
    """The actor's own passkeys."""
    return col(Passkey.user_id) == actor.user_id


# Who may add people is a question of verbs: the new rows are somebody else's by nature.
protect(
    User,
    visible_users,
    retention=Retention.OPERATIONAL,
    personal=("email", "name", "password_hash"),
    wall=Wall(writes=everybody),
)
protect(
    Membership,
    visible_memberships,
    retention=Retention.OPERATIONAL,
    wall=Wall(writes=administered_memberships),
)
protect(
    WebSession,
    own_sessions,
    retention=Retention.TRANSIENT,
    personal=("token_hash", "device"),
    wall=Wall(grants=("INSERT", "UPDATE", "DELETE")),
)
protect(GuessCount, nobody, retention=Retention.TRANSIENT, personal=("key",))
protect(KnownDevice, nobody, retention=Retention.SECURITY, personal=("token_hash",))
protect(SecondFactor, own_factor, retention=Retention.SECURITY, personal=("sealed",), wall=Wall(grants=()))
protect(
    RecoveryCode,
    own_recovery_codes,
    retention=Retention.SECURITY,
    personal=("code_hash",),
    wall=Wall(grants=()),
)
protect(
    Passkey,
    own_passkeys,
    retention=Retention.SECURITY,
    personal=("credential_id", "public_key", "name"),
    wall=Wall(grants=()),
)
protect(PasskeyChallenge, nobody, retention=Retention.TRANSIENT, wall=Wall(grants=()))
protect(ApiToken, own_tokens, retention=Retention.SECURITY, personal=("token_hash",))
