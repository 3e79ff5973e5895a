"""How sentences write numbers of things, and what comes from outside."""

from __future__ import annotations

import pytest

from stratgraph.wording import cell, counted, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ttwo\nthree", "one\ttwo\nthree"),
        ("\x1b[31m", "[U+001B ESCAPE][31m"),
        ("\x00\x7f\x85", "[U+0000 NULL][U+007F DELETE][U+0085 CONTROL CHARACTER]"),
        ("\u202e\u2069", "[U+202E RIGHT-TO-LEFT OVERRIDE][U+2069 POP DIRECTIONAL ISOLATE]"),
        ("\u200f\u0627\u200e", "\u200f\u0627\u200e"),
        ("\udc80\uffff", "[U+DC80 HALF A CHARACTER][U+FFFF NONCHARACTER]"),
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
