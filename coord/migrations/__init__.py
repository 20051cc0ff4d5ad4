"""Schema changes, up and down, on SQLite and PostgreSQL."""

from coord.migrations.run import current, downgrade, head, upgrade

__all__ = ["current", "downgrade", "head", "upgrade"]
