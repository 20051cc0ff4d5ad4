"""The schema: the fields of Query and Mutation, each from the file of its area."""

from typing import Annotated, Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from coord.agreements.reads import AGREEMENTS
from coord.cases import CASES
from coord.clients import CLIENTS
from coord.clients.consents import CONSENTS
from coord.clients.discharges import DISCHARGES
from coord.contacts import CONTACTS
from coord.contacts.group_listing import GROUPS
from coord.organizations import ORGANIZATIONS
from coord.outcomes import ALERTS
from coord.outcomes.reads import SCORES
from coord.placements import PLACEMENTS
from coord.programs import PROGRAMS
from coord.referrals import REFERRALS
from coord.referrals.codes import ReferralEventKind as Event
from coord.referrals.directory import RECEIVERS
from coord.supervision import SESSIONS
from coord.webhooks.reads import DELIVERIES, ENDPOINTS
from coord.workforce import WORKERS
class Mutation(MoneyMutation):
