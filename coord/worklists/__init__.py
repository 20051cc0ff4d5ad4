"""The one list of what waits for a person."""

from coord.worklists import access as _access

_ = _access
