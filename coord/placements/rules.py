"""What is asked of whoever fills a post. Pure."""

from datetime import date


def is_trained_before(trained_on: date | None, starts_on: date) -> bool:
    """Whether the pre-service training was over when the post began (Q15, 先培后用)."""
    return trained_on is not None and trained_on <= starts_on
