"""Stories of people, told with their consent: written without identity, approved by a second person, ended with it.

Whoever needs something names its file: a consent that is withdrawn ends stories, and a story asks for consents.
"""

from coord.clients.stories import access

__all__ = ["access"]
