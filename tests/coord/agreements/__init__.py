"""Agreements and their money."""
