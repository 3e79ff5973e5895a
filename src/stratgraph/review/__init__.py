"""Two versions of a plan → what changed, what broke, what follows."""

from stratgraph.review.model import (
    Change,
    ChangeKind,
    Effect,
    EffectKind,
    Predecessor,
    Review,
    Reviewed,
    Standing,
    Words,
)
from stratgraph.review.reviewing import Base, review

__all__ = [
    "Base",
    "Change",
    "ChangeKind",
    "Effect",
    "EffectKind",
    "Predecessor",
    "Review",
    "Reviewed",
    "Standing",
    "Words",
    "review",
]
