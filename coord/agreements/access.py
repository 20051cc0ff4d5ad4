"""Who sees agreements: who oversees the program, who funds them, who is given the money; drafts only the first."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import Predicate, Wall, all_of, among, any_of, beside, one_of
from coord.agreements.codes import AgreementState
from coord.agreements.machine import BEFORE_SIGNATURE
from coord.agreements.tables import (
    Agreement,
    AgreementVersion,
    Allocation,
    BudgetLine,
    Disclosure,
    Gift,
    LedgerEntry,
    Tranche,
    TrancheCondition,
)
from coord.programs.access import overseen

GRANTEES = (Role.AGENCY_MANAGER, Role.HOSPITAL_COORDINATOR)
_SIGNED = sorted(state.value for state in AgreementState if state not in BEFORE_SIGNATURE)


def _seen(agreement: Any, actor: Actor) -> ColumnElement[bool]:
    """Of a table of agreements, or its alias: overseen ones, and signed ones of one's own organization."""
    gift = beside(Gift)
    own_gifts = among(agreement.gift_id, gift.c.id, one_of(gift.c.sponsor_id, actor.at(Role.SPONSOR_VIEWER)))
    parties = any_of(
        one_of(agreement.funder_id, actor.at(Role.SPONSOR_VIEWER)),
        own_gifts,
        one_of(agreement.grantee_id, actor.at(*GRANTEES)),
    )
    return any_of(overseen(agreement.program_id, actor), all_of(agreement.state.in_(_SIGNED), parties))


def visible_agreements(actor: Actor) -> ColumnElement[bool]:
    """Overseen ones, and signed ones that one's organization funds or is funded by."""
    return _seen(Agreement, actor)


def own_agreements(actor: Actor) -> ColumnElement[bool]:
    """Agreements are written by who oversees the program."""
    return overseen(col(Agreement.program_id), actor)


def visible_gifts(actor: Actor) -> ColumnElement[bool]:
    """Gifts to overseen programs, and one's own."""
    return any_of(
        overseen(col(Gift.program_id), actor), one_of(col(Gift.sponsor_id), actor.at(Role.SPONSOR_VIEWER))
    )  # fmt: skip


def own_gifts(actor: Actor) -> ColumnElement[bool]:
    """Gifts are recorded by who oversees the program."""
    return overseen(col(Gift.program_id), actor)


def with_agreement(model: Any) -> Predicate:
    """Rows that are seen with their agreement."""

    def visible(actor: Actor) -> ColumnElement[bool]:
        agreement = beside(Agreement)
        return among(model.agreement_id, agreement.c.id, _seen(agreement.c, actor))

    return visible


def by_overseers(model: Any) -> Predicate:
    """Rows that are written by who oversees the agreement's program."""

    def written(actor: Actor) -> ColumnElement[bool]:
        agreement = beside(Agreement)
        return among(model.agreement_id, agreement.c.id, overseen(agreement.c.program_id, actor))

    return written


def visible_versions(actor: Actor) -> ColumnElement[bool]:
    """What was agreed is seen by both parties, what is only proposed by who oversees the program."""
    agreed = all_of(col(AgreementVersion.approved_at).is_not(None), with_agreement(AgreementVersion)(actor))
    return any_of(agreed, by_overseers(AgreementVersion)(actor))


def answered_conditions(actor: Actor) -> ColumnElement[bool]:
    """Conditions are set by who oversees the program, and answered by who is given the money."""
    agreement = beside(Agreement)
    theirs = one_of(agreement.c.grantee_id, actor.at(*GRANTEES))
    given = among(TrancheCondition.agreement_id, agreement.c.id, theirs)
    return any_of(by_overseers(TrancheCondition)(actor), given)


def overseen_disclosures(actor: Actor) -> ColumnElement[bool]:
    """What was published when is kept by who oversees the program."""
    return overseen(col(Disclosure.program_id), actor)


_KEPT = Retention.REFERENCE
protect(Gift, visible_gifts, retention=_KEPT, wall=Wall(writes=own_gifts, grants=("INSERT",)))
protect(Agreement, visible_agreements, retention=_KEPT, wall=Wall(writes=own_agreements))
protect(AgreementVersion, visible_versions, retention=_KEPT, wall=Wall(writes=by_overseers(AgreementVersion)))
protect(Tranche, with_agreement(Tranche), retention=_KEPT, wall=Wall(writes=by_overseers(Tranche)))
protect(TrancheCondition, with_agreement(TrancheCondition), retention=_KEPT, wall=Wall(writes=answered_conditions))
protect(Disclosure, overseen_disclosures, retention=_KEPT, wall=Wall(grants=("INSERT",)))
# What was budgeted, allocated and booked is added and never changed.
for _model in (BudgetLine, Allocation, LedgerEntry):
    protect(
        _model,
        with_agreement(_model),
        retention=_KEPT,
        wall=Wall(writes=by_overseers(_model), grants=("INSERT",)),
    )
