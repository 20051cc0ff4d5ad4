"""Invented data: the demo program, and any amount of scale data. The top layer: it may use every area."""

from coord.demo.build import BUILDER, Built, build_demo
from coord.demo.build import MONTHS as DEMO_MONTHS
from coord.demo.contents import Contents, contents, holds_demo_accounts
from coord.demo.groundwork import CAST, PASSWORD
from coord.demo.places import DEMO_HOSPITALS, PROGRAM
from coord.demo.seed import seed_database

__all__ = [
    "BUILDER",
    "CAST",
    "DEMO_HOSPITALS",
    "DEMO_MONTHS",
    "PASSWORD",
    "PROGRAM",
    "Built",
    "Contents",
    "build_demo",
    "contents",
    "holds_demo_accounts",
    "seed_database",
]
