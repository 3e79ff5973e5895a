"""Two wordings of one text, marked word by word."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, Final

from stratgraph.review.model import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SAME: Final = "same"
REMOVED: Final = "removed"
ADDED: Final = "added"

# A word with the blanks behind it, a mark with them, or the blanks at the very beginning.
_TOKEN: Final = re.compile(r"(\w+(?:[-'’/.]\w+)*|[^\w\s]|\A(?=\s))(\s*)")

_MAX_WORDS: Final = 5_000
_MAX_PAIRS: Final = 200_000
"""Words of a text, and pairs of equal words of two, that are compared one by one."""

_FEWEST_LETTERS: Final = 4
"""What stays the same between two changes and has fewer is marked with them: crumbs are hard to read."""


def marked(old: str, new: str) -> tuple[Words, ...]:
    """The runs of words that both have, and those that one has.

    Returns:
        Runs without empty ones. Those that are not added are the old text together, those that are not removed the new
        one; where something was replaced, what was removed comes first.
    """
    readable = _merged(_without_crumbs(list(_merged(_pieces(old, new)))))
    return tuple(_merged(_without_common_end(list(readable))))


def _pieces(old: str, new: str) -> Iterator[Words]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    # Words alone are compared: the blanks behind the last word of a text are no others for a word that follows it.
    for tag, start, end, new_start, new_end in _runs([word for word, _ in before], [word for word, _ in after]):
        if tag == "equal":
            for (word, blanks), (_, new_blanks) in zip(before[start:end], after[new_start:new_end], strict=True):
                if blanks == new_blanks:
                    yield Words(word + blanks, SAME)
                else:
                    yield from (Words(word, SAME), Words(blanks, REMOVED), Words(new_blanks, ADDED))
        else:
            yield Words("".join(map("".join, before[start:end])), REMOVED)
            yield Words("".join(map("".join, after[new_start:new_end])), ADDED)


def _runs(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """What of two lists of words is equal and what is not, as ``SequenceMatcher.get_opcodes`` says it.

    To compare takes time for each pair of equal words. Where there are too many of these, what stands between the same
    beginning and the same end is one piece that was replaced by another.
    """
    counts = Counter(new)
    if max(len(old), len(new)) <= _MAX_WORDS and sum(counts[word] for word in old) <= _MAX_PAIRS:
        return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    end = next((at for at in range(most - start) if old[-1 - at] != new[-1 - at]), most - start)
    runs = (
        ("equal", 0, start, 0, start),
        ("replace", start, len(old) - end, start, len(new) - end),
        ("equal", len(old) - end, len(old), len(new) - end, len(new)),
    )
    return [run for run in runs if run[1] < run[2] or run[3] < run[4]]


def _without_crumbs(runs: list[Words]) -> Iterator[Words]:
    for place, run in enumerate(runs):
        letters = sum(map(str.isalnum, run.text))
        if run.kind == SAME and letters < _FEWEST_LETTERS and 0 < place < len(runs) - 1:
            yield Words(run.text, REMOVED)
            yield Words(run.text, ADDED)
        else:
            yield run


def _without_common_end(runs: list[Words]) -> Iterator[Words]:
    """Blanks at the end of what was removed and of what was added instead are the same."""
    common = ""
    for run, following in zip(runs, [*runs, Words("", SAME)][1:], strict=True):
        if (run.kind, following.kind) == (REMOVED, ADDED):
            blanks = run.text[len(run.text.rstrip()) :]
            common = blanks if following.text.endswith(blanks) else ""
        elif run.kind == SAME:
            common = ""
        yield Words(run.text.removesuffix(common), run.kind)
        if run.kind == ADDED:
            yield Words(common, SAME)
            common = ""


def _merged(runs: Iterable[Words]) -> Iterator[Words]:
    """With neighbours of one kind made one."""
    for is_same, group in groupby((run for run in runs if run.text), lambda run: run.kind == SAME):
        found = list(group)
        for kind in (SAME,) if is_same else (REMOVED, ADDED):
            text = "".join(run.text for run in found if run.kind == kind)
            if text:
                yield Words(text, kind)
