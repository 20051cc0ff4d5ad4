"""Schema changes, up and down, on SQLite and PostgreSQL."""

from coord.migrations.run import downgrade, head, upgrade

__all__ = ["downgrade", "head", "upgrade"]
