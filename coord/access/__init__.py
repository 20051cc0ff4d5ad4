"""Who may do what (verbs) and who may see which rows."""

from coord.access.actor import Actor, Grant, system
from coord.access.roles import Role
from coord.access.rows import Retention, protect, rule_of

__all__ = ["Actor", "Grant", "Retention", "Role", "protect", "rule_of", "system"]
