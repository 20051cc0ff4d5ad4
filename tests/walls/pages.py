"""Writes the parts of the pages that come from the code: ``python -m tests.walls.pages``."""

import re
from pathlib import Path

from tests.coord.access import matrix
from tests.walls import asvs, fields
from tests.walls.test_permissions import PAGE, table


def _write(page: Path, name: str, part: str) -> None:
    """Put a part between the marks of its name."""
    marks = re.compile(rf"(<!-- {name}:[^>]*-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    source = page.read_text("utf-8")
    page.write_text(marks.sub(lambda found: f"{found[1]}\n{part}\n\n{found[2]}", source), "utf-8")


def main() -> None:
    """Put the table of roles into docs/access.md, that of ASVS into docs/security.md, and the matrix beside it."""
    _write(PAGE, "roles", table())
    _write(asvs.PAGE, "asvs", f"{asvs.summary(asvs.rows())}\n\n{asvs.table(asvs.rows())}")
    matrix.main()
    fields.main()


if __name__ == "__main__":
    main()
