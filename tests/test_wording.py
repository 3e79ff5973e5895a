"""How sentences write numbers of things, and what comes from outside."""

from __future__ import annotations

import pytest

from stratgraph.wording import cell, counted, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ttwo\nthree", "one\ttwo\nthree"),
        ("\x1b[31m", "[U+001B][31m"),
        ("\x00\x7f\x85", "[U+0000][U+007F][U+0085]"),
        ("\u202a\u202e\u2066\u2069", "[U+202A][U+202E][U+2066][U+2069]"),
        ("\u200f\u0627\u200e", "\u200f\u0627\u200e"),
        ("\udc80\uffff", "[U+DC80][U+FFFF]"),
        ("naïve – •", "naïve – •"),
    ],
)
def test_what_would_act_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_number_of_things_is_said_as_people_say_it() -> None:
    assert [counted(number, "row") for number in (0, 1, 2, 1234)] == ["0 rows", "1 row", "2 rows", "1,234 rows"]
    assert counted(2, "match", "matches") == "2 matches"


def test_a_cell_has_neither_tabs_nor_lines_nor_anything_that_acts_on_a_terminal() -> None:
    assert cell("a\tb\nc\r\x1b[0m\x85\u2028\\n") == r"a\tb\nc\r\x1b[0m\x85\u2028\\n"
    assert cell("naïve – •") == "naïve – •"
