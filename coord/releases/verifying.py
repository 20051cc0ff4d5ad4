"""Checking a report's file offline: that each quarter says what was signed, and that the tables follow from it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from coord.audit.signing import PublicKeys
from coord.clients.stories.rules import digest_of_story
from coord.measures import Dimension
from coord.releases.codes import CubeCode
from coord.releases.exporting import KIND, tables_of
from coord.releases.parameters import Parameters
from coord.releases.parts import places_of
from coord.releases.serving import CellKey, Released, answer
from coord.releases.signing import SAID, digest_of, is_genuine
from coord.releases.storytelling import KIND as STORIES


def faults_of(content: bytes, keys: PublicKeys) -> Sequence[str]:
    """What is wrong with a file: empty for a genuine one. Codes, each with the quarter that it is about."""
    try:
        told = orjson.loads(content)
        if told["kind"] != KIND or not told["releases"]:
            return ["NOT_A_REPORT"]
        faults = [fault for part in told["releases"] for fault in _faults(part, keys)]
        return faults or _faults_of_tables(told)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["NOT_A_REPORT"]


def faults_of_stories(content: bytes, report: bytes) -> Sequence[str]:
    """What is wrong with a file of stories, held against the report's file, which is looked at by itself before.

    Every story with words says what a release signed; one that ended has none, and nobody can put others there.
    """
    try:
        told, signed = orjson.loads(content), orjson.loads(report)
        digests = {
            note["id"]: note["digest"]
            for part in signed["releases"]
            for note in part.get("notes", ())
            if "digest" in note
        }
        if told["kind"] != STORIES:
            return ["NOT_STORIES"]
        return [f"CHANGED {one['id']}" for one in told["stories"] if not _is_signed(one, digests)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["NOT_STORIES"]


def _is_signed(one: Mapping[str, Any], digests: Mapping[str, str]) -> bool:
    if digests.get(one["id"]) != one["digest"]:
        return False
    if one["ended"]:
        return not {"title", "text", "salt"} & one.keys()
    return digest_of_story(UUID(one["id"]), one["title"], one["text"], one["salt"]) == str(one["digest"])


def _faults(part: Mapping[str, Any], keys: PublicKeys) -> Sequence[str]:
    said = {name: part[name] for name in SAID if name in part}
    if digest_of(said) != part["digest"]:
        return [f"CHANGED {part['period']}"]
    if not is_genuine(UUID(part["id"]), part["digest"], str(part["key"]), str(part["signature"]), keys):
        return [f"NOT_SIGNED {part['period']}"]
    return []


def _faults_of_tables(told: Mapping[str, Any]) -> Sequence[str]:
    """The tables of a file are what its cells give, and nothing else."""
    follows = tables_of(answer([_released(part) for part in told["releases"]], (Dimension.HOSPITAL,), None))
    return [] if all(told.get(name) == table for name, table in follows.items()) else [f"CHANGED {told['period']}"]


def _released(part: Mapping[str, Any]) -> Released:
    cells: dict[CellKey, int] = {}
    for cube, counts in part["cells"].items():
        for key, value in counts.items():
            group, _, name = key.rpartition("/")
            cells[CubeCode(cube), group, name] = value
    return Released(part["period"], places_of(part["places"]), cells, Parameters.of(part["parameters"]))
