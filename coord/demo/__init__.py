"""Invented data: the demo program, and any amount of scale data. The top layer: it may use every area."""

from coord.demo.seed import seed_database

__all__ = ["seed_database"]
