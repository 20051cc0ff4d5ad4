"""The verb wall: nothing asynchronous in an area is public without a permission."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType

from coord.work import Unit, action
from tests.walls.tree import areas

# Reviewed one by one: each runs before there is an actor, or inside a function that has a verb.
WITHOUT_A_VERB: Mapping[str, str] = {
    "coord.clients.access_log.access_log": "two units: the asking has the verb, the trail is read by a part of the system",
    "coord.releases.public.public_report": "for everybody: a part of the system reads what is published, with a verb",
    "coord.releases.public.public_publishers": "opens a unit of the public page, which reads with a verb",
    "coord.agreements.budgeting.allocated": "a sum inside an action that has a verb",
    "coord.agreements.budgeting.chain_of": "rows of one agreement inside an action that has a verb",
    "coord.agreements.budgeting.is_replaced": "a fact inside an action that has a verb",
    "coord.agreements.budgeting.spent_on": "a sum inside an action that has a verb",
    "coord.agreements.drafting.check_not_ahead": "a check of an input, inside actions that have a verb",
    "coord.agreements.drafting.today_of": "a day inside actions that have a verb",
    "coord.agreements.locking.locked": "the row by the row rule, for actions with a verb",
    "coord.agreements.locking.money_of": "sums of one agreement, for actions with a verb",
    "coord.agreements.locking.version_of": "the row by the row rule, for actions with a verb",
    "coord.agreements.locking.with_agreement": "two rows by the row rule, for actions with a verb",
    "coord.results.actions.program_run": "asks programs, whose read has the verb",
    "coord.audit.checkpoints.standing": "numbers and moments of the trail, for the administrator's page; acts as the signer",
    "coord.clients.matching.ask_elsewhere": "two units: the asking has the verb, the hashes are read by a part of the system",
    "coord.audit.appending.append": "writes what the unit left for the trail; whoever left it had a verb",
    "coord.clients.emergency.actions.open_emergency": "two units: the asking has the verb, a part of the system writes",
    "coord.clients.emergency.actions.end_emergency": "two units: the asking has the verb, a part of the system writes",
    "coord.clients.emergency.actions.review_emergency": "two units: the asking has the verb, a part of the system writes",
    "coord.clients.consents.holding.hold": "a row by the row rule, kept by actions with a verb",
    "coord.clients.consents.actions.put_consent": "rows of a consent that an action with a verb has checked",
    "coord.clients.consents.reads.care_states": "asks consents_of, which has the verb",
    "coord.clients.keys.key_of": "finds the key by the row rule, for actions and reads with a verb",
    "coord.rights.breach.looking.who_saw": "two units: the asking has the verb, the trail is counted by a part of the system",
    "coord.programs.setting_values.values_of": "numbers of a program, inside functions that have a verb",
    "coord.referrals.ticking.terms_on": "numbers of a program, inside functions that have a verb",
    "coord.referrals.ticking.stop_when_half_over": "a step of feedback, which has a verb",
    "coord.clients.rotating.turn": "the steps of turning one table's keys, inside actions that have a verb",
    "coord.contacts.sealing.key_for": "finds a key by the row rule, inside actions that have a verb",
    "coord.contacts.attachments.sealing.refuse_more": "counts inside actions that have a verb",
    "coord.contacts.process.writing.keep_process": "puts words beside contacts, inside actions that have a verb",
    "coord.contacts.sealing.seal_notes": "puts words into contacts, inside actions that have a verb",
    "coord.clients.actions.post_at": "asks placements, whose read has the verb",
    "coord.contacts.actions.out_of_reach": "checks of an input, inside actions that have a verb",
    "coord.contacts.importing.place.known_names": "reference words, for planning an import, which has the verb",
    "coord.contacts.importing.place.stored_keys": "which rows are there already, for an import, which has the verb",
    "coord.exchange.moving.move_to": "chooses among actions that have a verb each",
    "coord.identity.attempts.count_guess": "nobody is signed in yet; acts as the authenticator",
    "coord.identity.factor.confirming.confirm": "for whoever holds the cookie and gives the password",
    "coord.identity.factor.confirming.confirmation_of": "for whoever holds the cookie",
    "coord.identity.factor.enrolling.confirm_enrolment": "for whoever holds the cookie and shows a code",
    "coord.identity.factor.enrolling.drop_factor": "for whoever holds the cookie and shows a code",
    "coord.identity.factor.enrolling.new_recovery": "for whoever holds the cookie and has just shown who they are",
    "coord.identity.factor.enrolling.start_enrolment": "for whoever holds the cookie and has no authenticator yet",
    "coord.identity.passkeys.asking.ask_again": "for whoever holds the cookie; a question opens nothing",
    "coord.identity.passkeys.asking.ask_anybody": "nobody is signed in yet; a question opens nothing",
    "coord.identity.passkeys.asking.ask_for_new": "for whoever holds the cookie and has just shown who they are",
    "coord.identity.passkeys.asking.check_offer": "for whoever holds the cookie and has just shown who they are",
    "coord.identity.passkeys.enrolling.enrol_passkey": "for whoever holds the cookie and has just shown who they are",
    "coord.identity.passkeys.enrolling.name_passkey": "one's own, for whoever holds the cookie",
    "coord.identity.passkeys.enrolling.remove_passkey": "one's own, for who has just shown who they are",
    "coord.identity.passkeys.signing_in.confirm_by_passkey": "for whoever holds the cookie and the passkey",
    "coord.identity.passkeys.signing_in.prove_by_passkey": "not quite signed in yet; acts as the authenticator",
    "coord.identity.passkeys.signing_in.sign_in_by_passkey": "nobody is signed in yet; acts as the authenticator",
    "coord.identity.passkeys.using.use_passkey": "checks what a passkey proves, for whoever asked; acts as the authenticator",
    "coord.identity.new_passwords.check_new_password": "touches no row",
    "coord.people.staying.stay_administrator": "waits and looks at one's own role, inside actions that have a verb",
    "coord.identity.passwords.hash_password": "touches no row",
    "coord.identity.passwords.verify_password": "touches no row",
    "coord.identity.factor.proving.count_code": "for whoever holds the cookie; acts as the authenticator",
    "coord.identity.factor.proving.prove_factor": "not quite signed in yet; acts as the authenticator",
    "coord.identity.reads.actor_by_session": "makes the actor; acts as the authenticator",
    "coord.identity.reads.actor_by_token": "makes the actor; acts as the authenticator",
    "coord.identity.sessions.change_password": "one's own, with the present password as proof",
    "coord.identity.signing_in.sign_in": "nobody is signed in yet; acts as the authenticator",
    "coord.identity.signing_in.sign_out": "ends the session of whoever holds the cookie",
    "coord.notices.mailing.mailbox": "asks the verb; mails are read by a part of the system",
    "coord.notices.reading.unread": "counts for the shell of a page, whoever is signed in",
    "coord.outcomes.opening.open_alert": "inside actions that have a verb, and for the dispatcher",
    "coord.outcomes.opening.write_words": "inside actions that have a verb",
    "coord.outcomes.sealing.seal": "inside actions that have a verb",
    "coord.outcomes.sealing.unseal": "inside reads that have a verb",
    "coord.outcomes.watching.is_stale": "one time for the shell of a page; looks as a part of the system",
    "coord.outcomes.watching.health": "times and counts for the shell of a page; looks as a part of the system",
    "coord.people.accepting.accept_invitation": "for whoever holds the link; acts as the authenticator",
    "coord.people.accepting.invitation_shown": "for whoever holds the link; acts as the authenticator",
    "coord.people.accounts.close_account": "asks the verb of the actor's unit; looks at other directories before",
    "coord.people.accounts.open_account": "the same",
    "coord.people.accounts.sign_out_everywhere": "the same",
    "coord.people.accounts.take_factor": "the same, by an administrator who has just shown who they are",
    "coord.people.resetting.ask_for_reset": "nobody is signed in; a mail goes to the owner of the account only",
    "coord.people.resetting.check_reset": "for whoever holds the link; acts as the authenticator",
    "coord.people.resetting.reset_password": "for whoever holds the link; acts as the authenticator",
    "coord.people.setting_up.needs_setup": "there is nobody yet",
    "coord.people.setting_up.set_up": "there is nobody yet; with the code that the server printed",
    "coord.rights.correcting.own_client": "finds the client by the row rule, for actions and reads with a verb",
    "coord.rights.holding.last_hold": "the row by the row rule, for actions and reads with a verb",
    "coord.rights.holding.refuse_while_held": "a check inside an action that has a verb",
    "coord.referrals.links.answering.answer_by_link": "for whoever holds the link; acts as its actor, whose action has the verb",
    "coord.referrals.links.answering.contact_by_link": "the same",
    "coord.referrals.links.answering.feedback_by_link": "the same",
    "coord.referrals.links.opening.open_link": "for whoever holds the link; a part of the system finds its referral",
    "coord.referrals.links.opening.shown_by_link": "for whoever holds the link; acts as its actor, whose read has the verb",
    "coord.referrals.links.opening.still_open": "the link by the row rule, for actions with a verb",
    "coord.referrals.moving.locked": "the row by the row rule, for actions with a verb",
    "coord.referrals.moving.move": "one move inside an action with a verb, which the table and the side allow",
    "coord.referrals.overriding.is_overridden": "a fact for sending, which has the verb",
    "coord.referrals.packets.put_packet": "the packet of a referral that an action with a verb sends",
    "coord.referrals.responding.receive_first": "the first of two moves of an action with a verb",
    "coord.referrals.reviewing.follow_on": "the draft that an action with a verb decided on",
    "coord.referrals.reviewing.may_follow": "a fact for actions with a verb",
    "coord.referrals.reviewing.open_review": "part of the action that refuses a referral",
    "coord.referrals.sealing.key_of": "finds the key by the row rule, for actions and reads with a verb",
    "coord.referrals.sending.covering_consent": "asks consents_of, which has the verb",
    "coord.referrals.sending.moved": "one move of a side; its action has the verb",
    "coord.referrals.sending.send": "part of the actions that send",
    "coord.referrals.sending.send_back": "the same, for a counter-referral",
    "coord.referrals.ticking.resume": "clocks of a move inside an action with a verb",
    "coord.referrals.ticking.start": "clocks of a move inside an action with a verb",
    "coord.referrals.ticking.stop": "clocks of a move inside an action with a verb",
    "coord.referrals.writing.open_one": "which row refused the insertion, inside an action with a verb",
    "coord.referrals.writing.put_referral": "the rows of a referral that an action with a verb has checked",
    "coord.measures.listing_cases.assessments": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_cases.treatments": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_discharges.discharges": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_people.people": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_followed.windows": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_meetings.meetings": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_trainings.certificates": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_work.posts": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_work.rolls": "lists facts for the reads of figures, which have the verb",
    "coord.measures.listing_work.supervision": "lists facts for the reads of figures, which have the verb",
    "coord.measures.rollups.answering.program_and_rollups": "part of measure_table, which has the verb",
    "coord.measures.rollups.answering.figures": "the same",
    "coord.measures.rollups.waiting.waiting": "what changes add, for folding and for figures, which have the verb",
    "coord.measures.rollups.recounting.put_anew": "a step of making and checking, which act as a part of the system",
    "coord.measures.rollups.checking.check_sample": "opens units of a part of the system, whose actions have the verb",
    "coord.measures.rollups.making.make": "the same",
    "coord.measures.rollups.making.keep_up": "the same",
    "coord.measures.rollups.stored.stored": "the same",
    "coord.measures.rollups.remembering.stored_or_remembered": "the same",
    "coord.measures.rollups.state.held": "the state of a program by the row rule, for actions with a verb",
    "coord.measures.rollups.checking.sampled": "draws parts for a part of the system, inside check_sample",
    "coord.measures.reads.provinces_of": "provinces for figures that a verb has let through",
    "coord.referrals.discharged.last_discharge": "a fact by the row rule, for sending and for a job, which have the verb",
    "coord.referrals.discharged.note_discharge": "part of the actions that send",
    "coord.referrals.ticking.follow": "a clock inside an action with a verb",
    "coord.measures.rows.organizations_named": "names for figures that a verb has let through",
    "coord.measures.rows.named_rows": "the same",
    "coord.measures.rows.kept_rows": "the same",
}


def modules() -> Iterator[ModuleType]:
    """Every module of every area."""
    for area in areas():
        package = importlib.import_module(f"coord.{area}")
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.rpartition(".")[2] != "access":  # scopes of the row wall itself
                yield importlib.import_module(found.name)


def public_coroutines(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Public coroutine functions that the module itself defines."""
    for name, value in vars(module).items():
        is_own = getattr(value, "__module__", None) == module.__name__
        if is_own and not name.startswith("_") and inspect.iscoroutinefunction(value):
            yield f"{module.__name__}.{name}", value


def without_verb(found: Iterable[ModuleType]) -> set[str]:
    """Public coroutine functions without a permission."""
    return {name for m in found for name, value in public_coroutines(m) if "verb" not in value.__dict__}


def test_every_public_function_of_an_area_has_a_verb() -> None:
    assert without_verb(modules()) - set(WITHOUT_A_VERB) == set()


def test_every_reviewed_exception_still_exists() -> None:
    assert set(WITHOUT_A_VERB) - without_verb(modules()) == set()


def test_a_function_without_a_verb_is_found() -> None:
    async def peek(unit: Unit) -> None: ...

    @action("contact.log")
    async def log(unit: Unit) -> None: ...

    sample = ModuleType("sample")
    for function in (peek, log):
        function.__module__ = "sample"
        setattr(sample, function.__name__, function)
    assert without_verb([sample]) == {"sample.peek"}
