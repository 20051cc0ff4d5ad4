"""What an administrator says about webhooks."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Input, Line
from coord.webhooks.codes import CHOSEN, WebhookKind
from coord.webhooks.tables import LONGEST_URL


class AddEndpoint(Input):
    """An address of an organization's system, and what it wants to hear of."""

    organization: UUID
    url: Annotated[Line, Field(min_length=1, max_length=LONGEST_URL)]
    kinds: Annotated[tuple[WebhookKind, ...], Field(min_length=1, max_length=len(CHOSEN))] = CHOSEN
