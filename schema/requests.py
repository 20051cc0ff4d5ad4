"""What is wrong with a request before its document is looked at, and in which language to say it."""

from collections.abc import Mapping

from starlette.requests import Request

from coord.language import LANGUAGES
from coord.settings import settings


def language_of(request: Request) -> str:
    """The language of somebody not known yet: the first one of the browser's that we speak."""
    for part in request.headers.get("accept-language", "").split(","):
        asked = part.partition(";")[0].strip().lower()
        for language in LANGUAGES:
            if asked and (language.lower() == asked or language[:2] == asked[:2]):
                return language
    return settings().default_language


class BadRequest(Exception):
    """The request is no GraphQL request; ``key`` names the sentence, ``status`` the answer's."""

    def __init__(self, key: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        """With the catalog key of what is wrong."""
        super().__init__(key)
        self.key = key
        self.status = status
        self.headers = headers
