"""Agreements as grants of the 360Giving Data Standard 1.4."""

from coord.agreements.giving.writing import grants_json

__all__ = ["grants_json"]
