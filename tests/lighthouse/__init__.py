"""Lighthouse on the public page."""
