"""What is said about a consent."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.clients.consents.codes import (
    Basis,
    Channel,
    DataCategory,
    Purpose,
    Relation,
    Signer,
    WithdrawalReason,
)
from coord.kernel.inputs import Blank, Day, Input, Line

MAX_RECIPIENTS = 5
"""Each is told to the person by name; more organizations are further consents."""
_Text = Annotated[Annotated[Line, Field(max_length=200)] | None, Blank]
Language = Annotated[Line, Field(pattern="^(zh-CN|en|ko)$")]


class RecordConsent(Input):
    """One consent for one purpose, as it was given; nothing is assumed that was not said.

    ``document`` names the rule or order where the law stands in place of an agreement. ``guardian`` is the name
    of whoever signed for the person.
    """

    idempotency_key: UUID
    client: UUID
    purpose: Purpose
    categories: Annotated[tuple[DataCategory, ...], Field(max_length=len(DataCategory))] = ()
    recipients: Annotated[tuple[UUID, ...], Field(max_length=MAX_RECIPIENTS)] = ()
    basis: Basis = Basis.CONSENT
    document: _Text = None
    signer: Annotated[Signer | None, Blank] = None
    relation: Annotated[Relation | None, Blank] = None
    guardian: _Text = None
    channel: Channel
    language: Language
    given_on: Day
    expires_on: Annotated[Day | None, Blank] = None


class WithdrawConsent(Input):
    """A consent ends at once."""

    idempotency_key: UUID
    consent: UUID
    reason: WithdrawalReason = WithdrawalReason.ASKED_BY_PERSON
    remark: _Text = None


class AddEvidence(Input):
    """A file that proves a consent; the content is looked at apart from the name."""

    consent: UUID
    file_name: Annotated[Line, Field(max_length=200)]
