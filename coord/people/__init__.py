"""Who works where: invitations into organizations, and the memberships that come of them."""

from coord.people import access as _access
from coord.people.accepting import accept_invitation, invitation_shown
from coord.people.actions import end_membership, invite, revoke_invitation
from coord.people.inputs import Accept, Invite
from coord.people.reads import count_people, directory, invitations, people

__all__ = [
    "Accept",
    "Invite",
    "accept_invitation",
    "count_people",
    "directory",
    "end_membership",
    "invitation_shown",
    "invitations",
    "invite",
    "people",
    "revoke_invitation",
]
_ = _access
