"""The commands around the scanners: every rule has samples, and nothing passes that could not run."""

from pathlib import Path

import pytest

from tests.scan import __main__ as command
from tests.scan import advisories, bandit, sbom, secrets, semgrep, tools
from tests.scan.tools import NotChecked


def test_every_rule_has_a_sample_that_it_must_find() -> None:
    samples = list(semgrep.samples(semgrep.SAMPLES.read_text("utf-8")))
    assert len(semgrep.rule_names()) > 15
    assert {sample.rule for sample in samples if list(sample.expected)} == set(semgrep.rule_names())


def test_a_sample_names_its_lines() -> None:
    (sample,) = semgrep.samples("words\n\n=== shell web/page.py\nimport os\nos.system(x)  # found\n")
    assert list(sample.expected) == [semgrep.Finding("shell", "web/page.py", 2)]


def test_an_accepted_finding_has_a_reason_and_covers_its_file_only() -> None:
    assert all(len(reason) > 5 for reason in bandit.ACCEPTED.values())
    accepted = {"B608 coord/access/views.py": "names of our own tables", "B102 schema/executor.py": "our own text"}
    found = ["B608 coord/access/views.py:3", "B608 coord/clients/reads.py:3"]
    assert bandit.judged(found, accepted) == [found[1], "B102 schema/executor.py: not found any more"]


def test_a_tool_that_is_not_there_is_not_a_clean_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(tools, "_FOLDER", tmp_path)
    with pytest.raises(NotChecked):
        tools.tool("semgrep")
    assert command.main() == 2
    assert capsys.readouterr().out.count("NOT CHECKED") == 2  # the third needs no tool


@pytest.mark.parametrize(
    ("returncode", "said", "expected"),
    [
        (0, "No known vulnerabilities found", 0),
        (1, "Found 2 known vulnerabilities in 1 package", 1),
        (1, "ERROR:pip_audit: connection refused", 2),
        (0, "", 2),
        (2, "usage", 2),
    ],
)
def test_advisories_that_were_not_asked_are_not_clean(returncode: int, said: str, expected: int) -> None:
    assert advisories.verdict(returncode, said) == expected


def test_the_parts_of_a_release_are_those_of_the_lock() -> None:
    lock = (
        "a-b==1.2 \\\n    --hash=sha256:"
        + "0" * 64
        + "\nC_d[x]==3 ; sys_platform == 'linux' \\\n    --hash=sha256:"
        + "1" * 64
    )
    (first, second) = sbom.components(lock)
    assert (first["name"], first["version"], first["hashes"][0]["content"]) == ("a-b", "1.2", "0" * 64)
    assert (second["name"], second["version"]) == ("c-d", "3")
    assert len(sbom.document((tools.ROOT / "requirements.lock").read_text("utf-8"))["components"]) > 60


def test_no_secret_stands_in_the_tree() -> None:
    assert secrets.faults() == []
    assert len(list(secrets.looked_at())) > 500
    assert all(len(reason) > 5 for reason in secrets.ACCEPTED.values())


def test_secrets_of_every_shape_are_found_and_plain_words_are_not() -> None:
    chance = "q8ZrT3vLw0XbN7cYd5KfJ2hG"
    samples = [
        "-----BEGIN " + "EC PRIVATE KEY-----", "AKIA" + "A1B2C3D4E5F6G7H8", "ghp_" + chance, "sk-" + chance, "coord_" + chance * 2,
        "eyJ" + chance + ".eyJ" + chance + "." + chance, "postgresql://user:" + "word@host/name", f'API_TOKEN = "{chance}"',
        f'"client_secret": "{chance}"',
    ]  # fmt: skip
    assert [len(list(secrets.found_in(sample))) for sample in samples] == [1] * len(samples)
    plain = ['token = "no-such-token-is-known-here"', 'password="correct horse battery"', "postgresql://user@host/name"]
    assert [list(secrets.found_in(sample)) for sample in plain] == [[], [], []]


def test_the_list_of_parts_is_a_valid_one_and_names_the_files_of_others_too() -> None:
    """As the schema of CycloneDX 1.6 asks: kinds, unique references, hashes by name and length, package URLs."""
    made = sbom.document((tools.ROOT / "requirements.lock").read_text("utf-8"))
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    parts = made["components"]
    references = [part["bom-ref"] for part in parts]
    assert len(set(references)) == len(references)
    assert all(part["type"] == "library" and part["name"] and part["version"] for part in parts)
    assert all(part["purl"] == part["bom-ref"] and part["purl"].startswith(("pkg:pypi/", "pkg:npm/")) for part in parts)
    found = [one for part in parts for one in part["hashes"]]
    assert all(one["alg"] == "SHA-256" and len(one["content"]) == 64 for one in found)
    assert all(part["hashes"] for part in parts)
    assert {"htmx.org", "graphiql", "react", "react-dom"} <= {part["name"] for part in parts}
    assert made["metadata"]["component"]["name"] == "coord"
