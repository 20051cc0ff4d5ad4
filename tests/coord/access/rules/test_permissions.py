"""The vocabulary of verbs is that of the reviewed matrix; its tests are those of the roles."""

from tests.coord.access.rules.test_roles import test_every_verb_is_in_the_file_and_no_other

__all__ = ["test_every_verb_is_in_the_file_and_no_other"]
