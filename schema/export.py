"""``python -m schema.export``: print the schema into ``schema/schema.graphql``."""

import sys

from schema.sdl import FILE, printed


def main() -> None:
    """Write the file and say where."""
    FILE.write_text(printed(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")


if __name__ == "__main__":
    main()
