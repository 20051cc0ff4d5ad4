"""Everybody sees their own account; nobody else's."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, everybody, nobody
from coord.identity.tables import (
    ApiToken,
    GuessCount,
    KnownDevice,
    Membership,
    RecoveryCode,
    SecondFactor,
    User,
    WebSession,
)


def own_user(actor: Actor) -> ColumnElement[bool]:
    """The actor's own row."""
    return col(User.id) == actor.user_id


def own_memberships(actor: Actor) -> ColumnElement[bool]:
    """The actor's own roles."""
    return col(Membership.user_id) == actor.user_id


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


# Who may add people is a question of verbs: the new rows are somebody else's by nature.
protect(
    User,
    own_user,
    retention=Retention.OPERATIONAL,
    personal=("email", "name", "password_hash"),
    wall=Wall(writes=everybody),
)
protect(Membership, own_memberships, retention=Retention.OPERATIONAL, wall=Wall(writes=everybody))
protect(
    WebSession,
    own_sessions,
    retention=Retention.TRANSIENT,
    personal=("token_hash", "device"),
    wall=Wall(grants=("INSERT", "UPDATE", "DELETE")),
)
protect(GuessCount, nobody, retention=Retention.TRANSIENT, personal=("key",))
protect(KnownDevice, nobody, retention=Retention.SECURITY, personal=("token_hash",))
protect(SecondFactor, own_factor, retention=Retention.SECURITY, personal=("sealed",), wall=Wall(grants=("DELETE",)))
protect(
    RecoveryCode,
    own_recovery_codes,
    retention=Retention.SECURITY,
    personal=("code_hash",),
    wall=Wall(grants=("INSERT", "DELETE")),
)
protect(ApiToken, own_tokens, retention=Retention.SECURITY, personal=("token_hash",))
