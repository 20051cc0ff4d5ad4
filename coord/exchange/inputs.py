"""What a partner's system sends."""

from typing import Annotated, Literal

from pydantic import Field

from coord.kernel.inputs import Blank, Input, Line

VERSION = "4.0"


class TakeBundle(Input):
    """A FHIR R4 bundle as it came; ``version`` is the one that its media type names."""

    content: Annotated[bytes, Field(min_length=1)]
    form: Literal["json", "xml"]
    version: Annotated[Annotated[Line, Field(max_length=20)] | None, Blank] = None
