"""Which files are mutated, which tests must notice, and which mutants are no change at all."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutation.zygote import ROOT

_OF_AREAS = (
    "tests/coord/access/test_areas.py::test_what_tables_hold_and_what_connections_may_do_with_them",
    "tests/coord/access/test_areas.py::test_whose_rows_each_role_sees",
)
_SCOPES = "tests/coord/access/test_matrix.py::test_scopes_are_read_from_the_roles_that_give_them"
_KERNEL = "tests/coord/access/rules"


def files() -> Sequence[str]:
    """Every file that says who may do what or see which rows."""
    kernel = sorted((ROOT / "coord" / "access").glob("*.py"))
    areas = sorted((ROOT / "coord").rglob("*/access.py"))
    return [str(file.relative_to(ROOT)) for file in (*kernel, *areas)]


def _has_tables(folder: Path) -> bool:
    return (folder / "tables.py").exists() or (folder / "tables").is_dir()


def _has_no_rules_of_its_own(folder: Path) -> bool:
    """Whether the tables of a part stand in the file of the area around it."""
    return (folder / "tables.py").exists() and not (folder / "access.py").exists()


def tests_of(file: str) -> Sequence[str]:
    """The tests that must notice a change of a file: fast ones, without a database of their own."""
    path = Path(file)
    if path.parent == Path("coord/access"):
        return (f"{_KERNEL}/test_{path.stem}.py",)
    parts = [folder.name for folder in sorted((ROOT / path.parent).iterdir()) if _has_no_rules_of_its_own(folder)]
    own = [()] if _has_tables(ROOT / path.parent) else []
    areas = [".".join((*path.parent.parts, *part)) for part in (*own, *((name,) for name in parts))]
    # Those of the area itself, and those of the one that it is a part of.
    beside = (str(Path("tests", folder, "test_access.py")) for folder in (path.parent, path.parent.parent))
    of_areas = (f"{test}[{area}]" for test in _OF_AREAS for area in areas)
    return (*of_areas, _SCOPES, *(each for each in beside if (ROOT / each).exists()))


_HOW = "a column holds no value: how values are written changes nothing"
SAME: Mapping[tuple[str, str, str, str], str] = {
    (
        "coord/referrals/access.py",
        "",
        "of_referral(ReferralKey.id, oversight=False)",
        "of_referral(ReferralKey.id, oversight=None)",
    ): "None and False alike leave out the foundation that runs the program",
    ("coord/access/rows.py", "_in", "compiler.process(column, **how)", "compiler.process(column, )"): _HOW,
    ("coord/access/rows.py", "_in_array", "compiler.process(column, **how)", "compiler.process(column, )"): _HOW,
    (
        "coord/exchange/access.py",
        "",
        "of_referral(ReferralIdentifier.referral_id, oversight=False)",
        "of_referral(ReferralIdentifier.referral_id, oversight=None)",
    ): "None and False alike leave out the foundation that runs the program",
    (
        "coord/access/guard.py",
        "_resolve_where_criteria",
        "super()._resolve_where_criteria(ext_info)",
        "super()._resolve_where_criteria(None)",
    ): "SQLAlchemy looks at what is asked for only where a criterion is a lambda, and no rule gives one",
}
"""Mutants that change nothing, with the reason: by file, function, and the text before and after."""
