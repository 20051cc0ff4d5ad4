"""``coord import contacts``: the answer keys as JSON, on both databases; one clear line for a wrong file."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result

from coord.work.engine import Database
from tests.coord.importing.running import file_of, key_of, row, sheet, totals
from tests.world import PROGRAM
from workers.commands.imports import imports

pytestmark = pytest.mark.anyio


async def command(file: Path, *options: str, hospital: str = "H001", program: str = PROGRAM) -> Result:
    """Run the command in a thread of its own, as a process would."""
    given = ["contacts", str(file), "--program", program, "--hospital", hospital, *options]
    return await anyio.to_thread.run_sync(partial(CliRunner().invoke, imports, given))


async def told(file: Path, *options: str) -> dict[str, Any]:
    """The JSON that the command prints."""
    result = await command(file, "--json", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("name", ["H001", "H002", "H003"])
async def test_the_command_prints_the_answer_key_twice_and_adds_once(real_database: Database, name: str) -> None:
    key = key_of(name)
    pair = next({wrong["row"], wrong["of"]} for wrong in key["refusals"] if "of" in wrong)
    for added in (158, 0):
        found = await told(file_of(name), "--hospital", "H002" if name == "H002" else "H001")
        assert (found["added_rows"], found["already_there"]) == (added, 158 - added)
        same = key.keys() - {"fictional", "refusals"}
        assert {field: found[field] for field in same} == {field: key[field] for field in same}
        plain = {(wrong["row"], wrong["reason"]) for wrong in found["refusals"] if "of" not in wrong}
        assert plain == {(wrong["row"], wrong["reason"]) for wrong in key["refusals"] if "of" not in wrong}
        (twin,) = (wrong for wrong in found["refusals"] if "of" in wrong)
        assert (twin["reason"], {twin["row"], twin["of"]}) == ("duplicate_of_row", pair)
    assert (await totals())["person_times"] == key["person_times"]


async def test_a_dry_run_prints_every_row_and_writes_nothing(real_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(sheet(row(), row(序号="2", 服务日期="x")))
    result = await command(file, "--dry-run")
    assert result.exit_code == 0
    assert "没有写入任何内容" in result.stdout
    assert "序号 1（第 3 行）：新增" in result.stdout
    assert "序号 2（第 4 行）：拒绝 日期不存在或写法看不懂" in result.stdout
    assert (await totals())["contacts"] == 0


async def test_the_month_of_the_command_wins_over_the_title(real_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(sheet(row(服务日期="2026-08-03")))
    found = await told(file, "--month", "2026-08")
    assert (found["accepted_rows"], found["refused_rows"]) == (1, 0)


@pytest.mark.parametrize(
    ("content", "options", "line"),
    [
        (b"\x89PNG\r\n\x1a\n\0", [], "这不是表格文件"),
        (b"hello", [], "没有找到表头"),
        (b"x" * (20 * 1024 * 1024 + 1), [], "文件超过 20 MB"),
        (sheet(row(备注="=1")), [], "表格里有公式"),
        (sheet(row(), title="记录表"), [], "标题里没有写月份"),
        (sheet(row()), ["--month", "2026-13"], "月份不对"),
        (sheet(row()), ["--hospital", "H002"], "表格标题里写的是医院 H001，不是所选的 H002。"),
        (sheet(row()), ["--hospital", "H999"], "没有这个项目或医院"),
        (sheet(row()), ["--hospital", "A01"], "您不能为这家医院导入记录"),
        (sheet(row()), ["--program", "NONE"], "没有这个项目或医院"),
    ],
    ids=["picture", "text", "large", "formula", "month", "option", "other", "hospital", "agency", "program"],
)
async def test_what_cannot_be_imported_at_all_is_one_line_and_an_exit_code(
    real_database: Database, tmp_path: Path, content: bytes, options: list[str], line: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    result = await command(file, *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: " + line)
    assert result.stderr.count("\n") == 1
    assert (await totals())["contacts"] == 0


async def test_a_file_that_is_not_there_is_a_usage_error(real_database: Database, tmp_path: Path) -> None:
    result = await command(tmp_path / "none.csv")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
