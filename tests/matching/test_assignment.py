"""The best pairs together are what trying everything finds."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from stratgraph.matching import assignment
from stratgraph.matching.assignment import best_pairs

scores = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("ABCDE")), st.integers(1, 100).map(lambda n: n / 100)
)


def weight(pairs: set[tuple[str, str]], scores: dict[tuple[str, str], float]) -> float:
    return sum(scores[pair] ** 3 for pair in pairs)


@given(scores)
def test_no_other_choice_weighs_more(scores: dict[tuple[str, str], float]) -> None:
    found = best_pairs(scores)
    assert found <= scores.keys()
    assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
    most = max(
        weight({pair for pair in zip("abcde", order, strict=True) if pair in scores}, scores)
        for order in permutations("ABCDE")
    )
    assert abs(weight(found, scores) - most) < 1e-9


def test_one_sure_pair_weighs_more_than_two_middling_ones() -> None:
    # 0.6 + 0.6 is more than 0.95, and the cubes are not.
    assert best_pairs({("a", "A"): 0.6, ("a", "B"): 0.95, ("b", "B"): 0.6}) == {("a", "B")}


def test_a_crowd_is_paired_one_by_one_the_best_first() -> None:
    crowd = range(assignment.MOST_EXACT + 1)
    scores = {(f"a{row}", f"b{column}"): 0.9 if row == column else 0.5 for row in crowd for column in crowd}
    assert best_pairs(scores) == {(f"a{n}", f"b{n}") for n in crowd}
