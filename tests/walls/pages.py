"""Writes the parts of the pages that come from the code: ``python -m tests.walls.pages``."""

import re

from tests.walls.test_permissions import PAGE, table

_MARKS = re.compile(r"(<!-- roles:[^>]*-->\n).*?(<!-- end of roles -->)", re.DOTALL)


def main() -> None:
    """Put the table of roles into docs/access.md."""
    source = PAGE.read_text("utf-8")
    PAGE.write_text(_MARKS.sub(lambda found: f"{found[1]}\n{table()}\n\n{found[2]}", source), "utf-8")


if __name__ == "__main__":
    main()
