"""What is said to have somebody erased."""

from uuid import UUID

from coord.clients.codes import ErasureBasis
from coord.kernel.inputs import Input


class AskErasure(Input):
    """Whom, and on which ground."""

    client: UUID
    basis: ErasureBasis
