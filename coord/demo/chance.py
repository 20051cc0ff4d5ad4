"""Chance that repeats: the same seed makes the same data."""

import random


def repeatable(*seed: object) -> random.Random:
    """A generator for one part of the data, so that parts do not disturb each other."""
    return random.Random("/".join(map(str, seed)))  # noqa: S311 - invented data, nothing secret


def often(rng: random.Random, percent: float) -> bool:
    """True in so many of a hundred cases."""
    return rng.random() * 100 < percent
