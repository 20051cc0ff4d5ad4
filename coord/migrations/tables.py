"""Imports every area's tables, so that the metadata is whole."""

from sqlmodel import SQLModel

from coord.agreements import tables as _agreements
from coord.audit import tables as _audit
from coord.cases import tables as _cases
from coord.clients import tables as _clients
from coord.clients.consents import tables as _consents
from coord.contacts import tables as _contacts
from coord.contacts.attachments import tables as _attachments
from coord.contacts.process import tables as _process
from coord.contacts.reviews import tables as _reviews
from coord.exchange import tables as _exchange
from coord.identity import tables as _identity
from coord.measures.rollups import tables as _rollups
from coord.notices import tables as _notices
from coord.organizations import tables as _organizations
from coord.outcomes import tables as _outcomes
from coord.oversight.calendar import tables as _calendar
from coord.oversight.drafts import tables as _drafts
from coord.oversight.evidence import tables as _evidence
from coord.oversight.remedies import tables as _remedies
from coord.people import tables as _people
from coord.periods import tables as _periods
from coord.placements import tables as _placements
from coord.programs import tables as _programs
from coord.referrals import tables as _referrals
from coord.referrals.directory import tables as _directory
from coord.referrals.links import tables as _links
from coord.releases import tables as _releases
from coord.results import tables as _results
from coord.rights import tables as _rights
from coord.supervision import tables as _supervision
from coord.webhooks import tables as _webhooks
from coord.work import tables as _work
from coord.workforce import tables as _workforce
from coord.worklists import tables as _worklists

METADATA = SQLModel.metadata
_ = (
    _agreements,
    _attachments,
    _audit,
    _calendar,
    _cases,
    _clients,
    _consents,
    _contacts,
    _directory,
    _drafts,
    _evidence,
    _exchange,
    _identity,
    _links,
    _notices,
    _organizations,
    _outcomes,
    _people,
    _periods,
    _placements,
    _process,
    _programs,
    _referrals,
    _remedies,
    _results,
    _rights,
    _rollups,
    _releases,
    _reviews,
    _supervision,
    _webhooks,
    _work,
    _workforce,
    _worklists,
)
