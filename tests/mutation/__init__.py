"""Mutants of the access rules: every small change of a rule must make a fast test fail."""
