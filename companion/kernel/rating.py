"""The scales that people rate on."""

LOWEST, HIGHEST = 0, 10
"""Every 0-10 rating: 0 is "not at all", 10 "as strong as it gets"."""

SURE = 100
"""Belief is rated 0-100 %."""


def is_rating(value: int, highest: int = HIGHEST) -> bool:
    return LOWEST <= value <= highest
