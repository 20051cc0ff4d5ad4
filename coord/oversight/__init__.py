"""The foundation's side of reporting: who is late, what was proved by evidence, what has to be put right."""

from coord.oversight import access as _access

_ = _access
