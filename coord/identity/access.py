"""Everybody sees their own account; administrators also those of their directory."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import SQLModel, col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, among, any_of, beside, everybody, nobody, one_of
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


def _administered(organization_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Rows of organizations in the directories that the actor administers."""
    # Organizations stand above: their table is known by the time a rule is asked.
    place = beside(SQLModel.metadata.tables["organization"])
    return among(organization_id, place.c.id, one_of(place.c.foundation_id, actor.administers()))


def visible_users(actor: Actor) -> ColumnElement[bool]:
    """The actor's own row, and the members of organizations that the actor administers."""
    held = beside(Membership)
    members = among(User.id, held.c.user_id, _administered(held.c.organization_id, actor))
    return any_of(col(User.id) == actor.user_id, members)


def visible_memberships(actor: Actor) -> ColumnElement[bool]:
    """The actor's own roles, and those at organizations that the actor administers."""
    return any_of(col(Membership.user_id) == actor.user_id, administered_memberships(actor))


def administered_memberships(actor: Actor) -> ColumnElement[bool]:
    """Roles are given and taken by those who administer the organization's directory."""
    return _administered(Membership.organization_id, actor)


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
