"""The results framework."""
