"""What a reader can compute of the hidden cells of a table: the least and the most each of them can be.

Counts are whole and not below 0; totals of rows, of columns and of everything are known. For tables protected by hiding
alone, which ours are not: of ours every cell is rounded before it is shown or hidden.
"""

from collections.abc import Iterator, Mapping, Sequence

Table = Sequence[Sequence[int]]
Cell = tuple[int, int]


def widths(table: Table, hidden: Sequence[Cell]) -> Mapping[Cell, int]:
    """How wide the interval of each hidden cell is, given all shown cells and all totals."""
    found = list(_fillings(table, list(hidden)))
    return {cell: max(one[cell] for one in found) - min(one[cell] for one in found) for cell in hidden}


def _fillings(table: Table, hidden: Sequence[Cell]) -> Iterator[dict[Cell, int]]:
    """Every way to fill the hidden cells that fits the totals."""
    rows = {r: sum(table[r][c] for a, c in hidden if a == r) for r in {r for r, _ in hidden}}
    columns = {c: sum(table[r][c] for r, b in hidden if b == c) for c in {c for _, c in hidden}}
    yield from _filled(list(hidden), rows, columns, {})


def _filled(
    left: list[Cell], rows: dict[int, int], columns: dict[int, int], so_far: dict[Cell, int]
) -> Iterator[dict[Cell, int]]:
    if not left:
        if not any(rows.values()) and not any(columns.values()):
            yield dict(so_far)
        return
    (r, c), *rest = left
    for value in range(min(rows[r], columns[c]) + 1):
        rows[r], columns[c] = rows[r] - value, columns[c] - value
        so_far[r, c] = value
        yield from _filled(rest, rows, columns, so_far)
        rows[r], columns[c] = rows[r] + value, columns[c] + value
