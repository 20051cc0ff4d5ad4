"""Rights of the person: what is held about them, what they get, what is corrected, restricted and erased."""

from coord.rights.classes import DataClass
from coord.rights.subject import About, Held, SealedWith, about_clients, rows_about

__all__ = ["About", "DataClass", "Held", "SealedWith", "about_clients", "rows_about"]
