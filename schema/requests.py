"""What is wrong with a request before its document is looked at."""

from collections.abc import Mapping


class BadRequest(Exception):
    """The request is no GraphQL request; ``key`` names the sentence, ``status`` the answer's."""

    def __init__(self, key: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        """With the catalog key of what is wrong."""
        super().__init__(key)
        self.key = key
        self.status = status
        self.headers = headers
