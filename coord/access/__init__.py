"""Who may do what (verbs) and who may see which rows."""

from coord.access.actor import Actor, Grant, TokenScope, system
from coord.access.roles import Role
from coord.access.rows import Retention, protect, rule_of
from coord.access.scopes import Scope, load_with

__all__ = ["Actor", "Grant", "Retention", "Role", "Scope", "TokenScope", "load_with", "protect", "rule_of", "system"]
