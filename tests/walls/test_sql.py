"""SQL stays in the domain, is never put together from text, and never reads without an end."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping

from tests.walls.test_verbs import modules
from tests.walls.tree import DOORS, PACKAGES, calls, parsed, short, under

_EXECUTE = ("text", "execute", "exec_driver_sql", "run")
# Pragmas, and names of our own tables and columns: no value of a request is near them.
_BUILT_FROM_CONSTANTS = {
    "coord/demo/loading.py",
    "coord/migrations/following.py",
    "coord/migrations/guards.py",
    "coord/work/engine.py",
}
_MANY = re.compile(r"\b(Sequence|list|dict|Mapping|Iterator)\[")
_CAPS = (".limit(", ".page(", ".numbered(", ".children(", ".by_ids(")
# What the caller names, or what one page can hold, is an end of its own.
_NAMED = re.compile(r"\b(\w*ids|codes|names|keys|contacts)\b")
BOUNDED: Mapping[str, str] = {
    "coord.agreements.funded.hospitals_of_posts": "one place for each post that the caller names",
    "coord.agreements.spending.spending_of": "one sum for each currency and purpose",
    "coord.clients.stories.reads.stories_of_client": "cut off after two hundred",
    "coord.clients.stories.reads.stories_waiting": "cut off after two hundred",
    "coord.releases.reads.releases": "cut off after two hundred",
    "coord.programs.finding.program_beside": "two at most: the statement that it is given is cut off",
    "coord.measures.reads.measure_by": "a value for each cell of a table, as measure_table gives them",
    "coord.releases.parts.signed_parts": "the releases that the caller names",
    "coord.releases.parts.cells_of": "the cells of the releases that the caller names",
    "coord.releases.storytelling.tellable_stories": "from a list with a cap",
    "coord.worklists.remedies.own_remedies": "cut to as many as any source gives",
    "coord.worklists.remedies.remedies_to_see_to": "cut to as many as any source gives",
    "coord.worklists.money.disclosures": "one of each kind, from a list with a cap",
    "coord.oversight.quality.quality_panel": "one line per hospital of a program",
    "coord.contacts.quality_reads.open_flags_by_hospital": "one figure per hospital of a program and kind",
    "coord.measures.outcome_parts.outcome_parts": "one figure per hospital of a program",
    "coord.results.measuring.hospitals_of": "the hospitals of one program",
    "coord.results.measuring.measured": "one figure per indicator and hospital of a program",
    "coord.results.reads.current_definitions": "the indicators of one program, from a list with a cap",
    "coord.results.reads.indicator_lines": "the indicators of one program, from a list with a cap",
    "coord.referrals.packets.came_with": "the parts of one packet",
    "coord.referrals.packets.packet": "the parts of one packet",
    "coord.referrals.targets.forwarding": "the organizations of one program, from a list with a cap",
    "coord.clients.consents.reads.consents_of_client": "the consents of one client",
    "coord.cases.reads.cases_of_client": "the cases of one client",
    "coord.worklists.sources.consents_to_renew": "cut to as many as any source gives",
    "coord.worklists.sources.scales_to_take": "cut to as many as any source gives",
    "coord.rights.counsel.counsel_questions": "a fixed list of settings and terms",
    "coord.rights.correcting.facts_now": "one client's own facts",
    "coord.clients.actions.next_codes": "made one by one, as many as are asked for",
    "coord.cases.reads.count_cases": "one number per status",
    "coord.contacts.importing.place.import_places": "one choice per hospital of the actor's programs",
    "coord.contacts.importing.place.other_hospital_codes": "the codes of the hospitals, to find one in a title",
    "coord.contacts.importing.reads.service_names": "words for services, edited by hand",
    "coord.contacts.quality_reads.flags_by_hospital": "one number per hospital of a program",
    "coord.placements.reads.posts_at": "the posts of one hospital",
    "coord.measures.progress.completeness_by_hospital": "one row per hospital of a program",
    "coord.measures.members.heads_by_person": "everybody of a quarter, counted to be published, by a part of the system",
    "coord.releases.ordering.hospitals_of": "the hospitals of one program",
    "coord.releases.people.groups_of": "everybody of a program, counted to be published, by a part of the system",
    "coord.releases.parts.stored_cells": "the cells of one release",
    "coord.releases.ordering.open_months": "three months of each hospital of a program",
    "coord.releases.reads.published_periods": "five periods a year",
    "coord.periods.figures.figures_of": "the figures of one month, by service, target and stage",
    "coord.periods.gaps.month_gaps": "gaps of one month of a hospital, cut off after two hundred",
    "coord.periods.reads.months_of_hospital": "one state for each month that the caller names",
    "coord.cases.attaching.case_attachments": "the files of one case, at most MOST_AT_A_CASE",
    "coord.programs.setting_values.settings_on": "one value per setting",
    "coord.programs.setting_values.setting_cards": "one card per setting",
    "coord.identity.reads.list_tokens": "one person's own tokens",
    "coord.identity.reads.viewer": "one person's own roles",
    "coord.exchange.exporting.exchanged": "one referral",
    "coord.exchange.hsds.hsds_directory": "the directory, which has a cap",
    "coord.measures.posts.hospital_posts": "the posts of one hospital",
    "coord.measures.posts.open_flags_by_hospital": "one number per hospital of a program",
    "coord.measures.progress.hospital_progress": "one row per hospital of a program, ranked as a whole",
    "coord.worklists.sources.follow_ups": "one a client discharged within half a year, from a list with a cap",
    "coord.worklists.overseeing.months_to_see_to": "one a hospital of a program, from a list with a cap",
    "coord.worklists.overseeing.caseloads_over": "one a worker in post, from a list with a cap",
    "coord.worklists.sources.files_to_complete": "one entry for all files, from a list with a cap",
    "coord.clients.record.lacking.incomplete_clients": "at most MOST, by the statement that it shares",
    "coord.worklists.sources.group_work": "one a session and member of the groups that meet, from a list with a cap",
    "coord.worklists.sources.months_to_close": "two months of one post",
    "coord.placements.reads.posts_of_worker": "the posts of one worker",
}


def glued(tree: ast.AST) -> list[str]:
    """Statements whose text is put together at run time."""
    first = [call.args[0] for name in _EXECUTE for call in calls(tree, name) if call.args]
    return [ast.unparse(node) for node in first if isinstance(node, (ast.JoinedStr, ast.BinOp))]


def lists() -> Iterator[tuple[str, str]]:
    """Every read that answers with as many rows as there are, with its source."""
    for module in modules():
        for name, value in vars(module).items():
            is_read = inspect.isfunction(value) and value.__dict__.get("verb", [""])[0] == "read"
            if is_read and value.__module__ == module.__name__:
                signature = inspect.signature(value)
                many = _MANY.search(str(signature.return_annotation))
                if many and not any(map(_NAMED.fullmatch, signature.parameters)):
                    yield f"{module.__name__}.{name}", textwrap.dedent(inspect.getsource(value))


def without_a_cap(found: Iterator[tuple[str, str]]) -> set[str]:
    """Reads that would return however many rows there are."""
    return {name for name, source in found if not any(cap in source for cap in _CAPS)}


def test_no_statement_is_put_together_from_text() -> None:
    found = {short(p): glued(parsed(p)) for p in under(*PACKAGES)}
    assert {name for name, statements in found.items() if statements} - _BUILT_FROM_CONSTANTS == set()


def test_doors_run_no_statement() -> None:
    assert [
        short(p) for p in under(*DOORS) if [*calls(parsed(p), "select"), *calls(parsed(p), "exec_driver_sql")]
    ] == []


def test_every_list_has_a_cap() -> None:
    assert without_a_cap(lists()) - set(BOUNDED) == set()


def test_every_reviewed_list_without_a_cap_still_exists() -> None:
    assert set(BOUNDED) - without_a_cap(lists()) == set()


def test_a_glued_statement_and_an_endless_list_are_found() -> None:
    tree = ast.parse("session.execute(f'DELETE FROM {table}')")
    assert glued(tree) == ["f'DELETE FROM {table}'"]
    assert without_a_cap(iter([("all", "await unit.rows(s)"), ("some", "s.limit(5)")])) == {"all"}
