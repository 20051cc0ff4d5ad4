"""Codes of webhooks."""

from enum import StrEnum


class WebhookKind(StrEnum):
    """What a partner's system may hear of: a referral came to this state. ``PING`` is a test that somebody asked for."""

    SENT = "referral.sent"
    RECEIVED = "referral.received"
    ACCEPTED = "referral.accepted"
    DECLINED = "referral.declined"
    RETURNED = "referral.returned"
    FORWARDED = "referral.forwarded"
    FIRST_CONTACT_DONE = "referral.first_contact_done"
    UNREACHABLE = "referral.unreachable"
    ASSESSED = "referral.assessed"
    IN_SERVICE = "referral.in_service"
    FEEDBACK_SENT = "referral.feedback_sent"
    CLOSED = "referral.closed"
    WITHDRAWN = "referral.withdrawn"
    EXPIRED = "referral.expired"
    FAILED = "referral.failed"
    PING = "webhook.ping"


CHOSEN = tuple(kind for kind in WebhookKind if kind is not WebhookKind.PING)
"""What an endpoint may ask for; a test goes to whoever asks for it."""


class DeliveryState(StrEnum):
    """Where a delivery stands: it waits for its next attempt, was taken, or was given up."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    GIVEN_UP = "GIVEN_UP"


class PauseReason(StrEnum):
    """Why nothing goes to an endpoint."""

    BY_PERSON = "BY_PERSON"
    FAILING = "FAILING"
    GONE = "GONE"


class DeliveryError(StrEnum):
    """Why an attempt came to nothing before there was an answer."""

    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN_ADDRESS = "FORBIDDEN_ADDRESS"
    NO_CONNECTION = "NO_CONNECTION"
    NOT_SECURE = "NOT_SECURE"
    TOO_SLOW = "TOO_SLOW"
    NO_ANSWER = "NO_ANSWER"
