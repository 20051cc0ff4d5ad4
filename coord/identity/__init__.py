"""Users, memberships, sign-in with a second factor, sessions and API tokens; builds the Actor."""

from coord.identity import access as _access
from coord.identity.actions import (
    change_preferences,
    create_token,
    create_user,
    issue_token,
    revoke_token,
)
from coord.identity.inputs import CreateToken, CreateUser, Preferences, SignIn
from coord.identity.reads import actor_by_session, actor_by_token, list_tokens, viewer
from coord.identity.signing_in import sign_in, sign_out

__all__ = [
    "CreateToken",
    "CreateUser",
    "Preferences",
    "SignIn",
    "actor_by_session",
    "actor_by_token",
    "change_preferences",
    "create_token",
    "create_user",
    "issue_token",
    "list_tokens",
    "revoke_token",
    "sign_in",
    "sign_out",
    "viewer",
]
_ = _access
