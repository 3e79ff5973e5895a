"""Each kind of change on a small plan, alone: what is reported of it, and that nothing else is."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from two_versions import IN_NORTH, NORTH, OLD, PARTS, PLAN, briefly, edited, found

from stratgraph.review import Words
from stratgraph.review.order import displaced
from stratgraph.review.words import marked

ONE, TWO = f"<{NORTH}/objective/1>", f"<{NORTH}/objective/2>"
ROAD, MENTION = f"<{NORTH}/objective/1/output/1>", f"<{NORTH}/objective/1/output/1/mention/1>"
RESULT = f"<{NORTH}/objective/1/result/1>"
OUTPUT = f"<{NORTH}/objective/2/output/4> a sg:Output ; {IN_NORTH} ; sg:text "
OBJECTIVES = ("To build a road.", "To build a harbour.")


def removed(place: str) -> tuple[str, str]:
    """Takes a thing out of the Turtle."""
    start = OLD.index(f"<agency/plan/1/{place}> a ")
    return OLD[start : OLD.index(" .\n", start) + 3], ""


def test_a_plan_beside_itself_has_no_change() -> None:
    assert found(OLD) == ()


def test_the_order_of_a_file_is_no_change() -> None:
    head, *things = OLD.split("\n<agency")
    assert found("\n<agency".join([head, *sorted(things)])) == ()


# --- added and removed ------------------------------------------------------------------------------------------------


def test_an_element_that_is_put_in_shifts_others_and_brings_its_wording_which_is_no_change_of_its_own() -> None:
    new = edited(
        ('"A crane"@en ; sg:position 2', '"A crane"@en ; sg:position 3'),
        ('"A light"@en ; sg:position 3', '"A light"@en ; sg:position 4'),
    )
    dock = f"<{NORTH}/objective/2/output/4/mention/1>"
    new += f'{OUTPUT} "A dock"@en ; sg:position 2 ; sg:supportsObjective {TWO} ; sg:hasMention {dock} .\n'
    new += f'{dock} a sg:Mention ; sg:text "A dock"@en ; sg:position 1 ; sg:statedIn <agency/plan/1/text/table/1> .\n'
    (change,) = found(new)
    assert briefly((change,)) == [("added", "north/objective/2/output/4", "", "", "A dock")]
    assert (change.type, change.label, change.unit, change.group) == ("Output", "A dock", "AG-N", "To build a harbour.")
    assert change.where is not None
    assert (change.where.file, change.where.line) == ("new.ttl", new[: new.index('"A dock"')].count("\n") + 1)


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_an_element_that_is_gone_takes_its_baseline_and_target_along(is_withdrawn: bool) -> None:  # noqa: FBT001
    places = ("north/objective/1/kpi/1", "north/objective/1/kpi/1/baseline", "north/objective/1/kpi/1/target")
    new = edited(*map(removed, places))
    if is_withdrawn:
        new += f'<{NORTH}/objective/1/kpi/1> owl:deprecated true ; rdfs:label "Carts a day"@en .\n'
    (change,) = found(new)
    assert briefly((change,)) == [("removed", "north/objective/1/kpi/1", "", "Carts a day", "")]
    assert (change.type, change.unit, change.group) == ("Key performance indicator", "AG-N", "To build a road.")
    assert change.where is not None
    assert (change.where.file, change.where.line) == ("old.ttl", OLD[: OLD.index('"Carts a day"')].count("\n") + 1)


def test_what_was_withdrawn_before_is_no_change_and_what_comes_back_is_added() -> None:
    gone = edited(removed("north/objective/2/kpi/1"))
    gone += f'<{NORTH}/objective/2/kpi/1> owl:deprecated true ; rdfs:label "Ships a year"@en .\n'
    assert found(gone, gone) == ()
    assert briefly(found(OLD, gone)) == [("added", "north/objective/2/kpi/1", "", "", "Ships a year")]


def test_what_is_gone_is_shown_under_the_present_name_of_its_objective() -> None:
    new = edited(removed("north/objective/2/output/2"), ("To build a harbour.", "To build two harbours."))
    assert {change.group for change in found(new)} == {"To build two harbours."}


def test_a_unit_and_a_term_come_in() -> None:
    new = OLD + '<agency/south> a sg:Sector ; rdfs:label "South"@en ; sg:notation "AG-S" ; org:unitOf <agency> .\n'
    new += "<agency/plan/1/terms> a skos:ConceptScheme .\n"
    new += "<agency/plan/1/term/cart> a skos:Concept ; skos:inScheme <agency/plan/1/terms> ;\n"
    new += '    skos:prefLabel "Cart"@en ; skos:definition "It has wheels."@en .\n'
    assert [(change.kind, change.type, change.label, change.new) for change in found(new)] == [
        ("added", "Concept", "Cart", "It has wheels."),
        ("added", "Sector", "South", "South"),
    ]


# --- moved ------------------------------------------------------------------------------------------------------------


def test_an_output_moves_to_another_objective() -> None:
    new = edited(
        (
            '"A light"@en ; sg:position 3 ; sg:supportsObjective <agency/plan/1/north/objective/2>',
            '"A light"@en ; sg:position 2 ; sg:supportsObjective <agency/plan/1/north/objective/1>',
        )
    )
    (change,) = found(new)
    assert briefly((change,)) == [("moved", "north/objective/2/output/3", "supportsObjective", *reversed(OBJECTIVES))]
    assert change.group == "To build a road."
    assert change.property_label == "supports objective"


def test_a_part_of_a_result_becomes_a_result() -> None:
    new = edited((f"sg:partOf {RESULT}", f"sg:expectedFor {ONE}"))
    assert briefly(found(new)) == [
        ("moved", "north/objective/1/result/1/1", "expectedFor", "Carts arrive.", "To build a road.")
    ]


def test_what_is_below_an_objective_moves_to_another_unit_with_it_and_is_not_told() -> None:
    head, tail = OLD.split(f"{TWO} a", 1)
    new = head + f"{TWO} a" + tail.replace("sg:ofUnit <agency/north>", "sg:ofUnit <agency/office>")
    assert briefly(found(new)) == [("moved", "north/objective/2", "ofUnit", "North", "Office")]


# --- reworded ---------------------------------------------------------------------------------------------------------


def test_a_text_is_reworded_and_its_words_are_marked() -> None:
    new = edited(("To build a road.", "To build a wide road."))
    (change,) = found(new)
    assert briefly((change,)) == [
        ("reworded", "north/objective/1", "text", "To build a road.", "To build a wide road.")
    ]
    assert change.words == (Words("To build a ", "same"), Words("wide ", "added"), Words("road.", "same"))


def test_a_label_that_follows_its_text_is_no_change_and_one_that_does_not_is_one() -> None:
    labelled = edited(('"To build a road."@en ;', '"To build a road."@en ; rdfs:label "Objective 1: To build …"@en ;'))
    follows = labelled.replace("build a road", "pave a road").replace("To build …", "To pave …")
    assert [change.kind for change in found(follows, labelled)] == ["reworded"]
    differs = labelled.replace("build a road", "pave a road").replace("To build …", "The way north")
    assert {(change.kind, change.property_label) for change in found(differs, labelled)} == {
        ("reworded", "text"),
        ("amended", "label"),
    }
    assert [change.kind for change in found(labelled.replace("To build …", "The way north"), labelled)] == ["amended"]


def test_texts_in_two_languages_are_compared_each_with_its_own() -> None:
    old = edited(('sg:text "A pier"@en', 'sg:text "A pier"@en , "Ein Pier"@de'))
    new = old.replace('"Ein Pier"', '"Ein Kai"')
    assert briefly(found(new, old)) == [("reworded", "north/objective/2/output/1", "text", "Ein Pier", "Ein Kai")]


def test_another_language_tag_is_shown() -> None:
    new = edited(('"A pier"@en', '"A pier"@de'))
    assert briefly(found(new)) == [("amended", "north/objective/2/output/1", "text", '"A pier"@en', '"A pier"@de')]


# --- relinked ---------------------------------------------------------------------------------------------------------


def test_an_indicator_measures_something_else() -> None:
    new = edited((f"sg:measures {RESULT}", f"sg:measures {ROAD}"))
    assert briefly(found(new)) == [("relinked", "north/objective/1/kpi/1", "measures", "Carts arrive.", "A road")]


def test_a_link_comes_to_others_that_stay() -> None:
    new = edited(
        (
            f"sg:contributesTo <{NORTH}/goal> .\n{ROAD}",
            f"sg:contributesTo <{NORTH}/goal> , <agency/plan/1/mission> .\n{ROAD}",
        )
    )
    assert briefly(found(new)) == [("relinked", "north/objective/1", "contributesTo", "", "To serve.")]


# --- revalued ---------------------------------------------------------------------------------------------------------

TARGET = f"<{NORTH}/objective/2/kpi/1/target/1>"
MEASURED = (
    OLD
    + f"""<{NORTH}/objective/2/kpi/1> sg:hasTarget {TARGET} .
{TARGET} a sg:Target ; sg:numericValue 12500 ; sg:unitOfMeasure "ships"@en ; sg:text "More ships"@en ;
    sg:endDate "2033-12-31"^^<http://www.w3.org/2001/XMLSchema#date> ; sg:breakdown "Flag: own"@en .
"""
)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("12500", "13000.5"), ("revalued", "number", "12500 ships", "13000.5 ships")),
        (('"ships"', '"boats"'), ("revalued", "unit of measure", "12500 ships", "12500 boats")),
        (("sg:numericValue 12500 ; ", ""), ("revalued", "number", "12500 ships", "")),
        (("2033-12-31", "2034-06-30"), ("revalued", "end date", "2033-12-31", "2034-06-30")),
        (("More ships", "Many ships"), ("reworded", "text", "More ships", "Many ships")),
        (("Flag: own", "Flag: other"), ("amended", "breakdown", "Flag: own", "Flag: other")),
    ],
)
def test_a_changed_figure_is_one_change_of_a_figure(edit: tuple[str, str], told: tuple[str, ...]) -> None:
    (change,) = found(edited(edit, source=MEASURED), MEASURED)
    assert (change.kind, change.property_label, change.old, change.new) == told
    days = "2034-06-30" if edit[1] == "2034-06-30" else "2033-12-31"
    part = "Flag: other" if edit[1] == "Flag: other" else "Flag: own"
    assert (change.type, change.label) == ("Target", f"Ships a year, {days}, {part}")
    assert (change.unit, change.group) == ("AG-N", "To build a harbour.")


def test_a_number_that_is_written_otherwise_is_no_change() -> None:
    assert (
        found(edited(("12500", '"012500.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'), source=MEASURED), MEASURED)
        == ()
    )


def test_a_value_that_comes_or_goes_is_told_with_its_figure_and_words() -> None:
    (came,), (went,) = found(MEASURED), found(OLD, MEASURED)
    assert (came.kind, came.type, came.new) == ("added", "Target", "12500 ships; More ships")
    assert (went.kind, went.type, went.old) == ("removed", "Target", "12500 ships; More ships")


# --- renumbered -------------------------------------------------------------------------------------------------------


def test_numbers_that_are_exchanged_are_told_of_both() -> None:
    new = edited(
        (
            'sg:text "To build a road."@en ; sg:position 1 ;\n    sg:notation "1"',
            'sg:text "To build a road."@en ; sg:position 2 ;\n    sg:notation "2"',
        ),
        (
            'sg:text "To build a harbour."@en ; sg:position 2 ;\n    sg:notation "2"',
            'sg:text "To build a harbour."@en ; sg:position 1 ;\n    sg:notation "1"',
        ),
    )
    assert briefly(found(new)) == [
        ("renumbered", "north/objective/2", "notation", "2", "1"),
        ("renumbered", "north/objective/1", "notation", "1", "2"),
    ]


def test_of_a_list_in_another_order_only_what_changed_places_is_told() -> None:
    new = edited(
        ('"A pier"@en ; sg:position 1', '"A pier"@en ; sg:position 3'),
        ('"A crane"@en ; sg:position 2', '"A crane"@en ; sg:position 1'),
        ('"A light"@en ; sg:position 3', '"A light"@en ; sg:position 2'),
    )
    assert briefly(found(new)) == [("renumbered", "north/objective/2/output/1", "position", "1", "3")]


def test_a_gap_that_is_left_is_no_change() -> None:
    new = edited(removed("north/objective/2/output/1"))
    assert [change.kind for change in found(new)] == ["removed"]


def test_a_position_that_gets_lost_is_told() -> None:
    new = edited(('"A light"@en ; sg:position 3', '"A light"@en'))
    assert briefly(found(new)) == [("renumbered", "north/objective/2/output/3", "position", "3", "")]


# --- amended ----------------------------------------------------------------------------------------------------------


def test_the_plan_gets_another_title_and_year() -> None:
    new = edited(('"Plan 1"', '"The plan"'), ("sg:endYear 2033", "sg:endYear 2034"))
    changed = found(new)
    assert briefly(changed) == [
        ("amended", PLAN, "title", "Plan 1", "The plan"),
        ("amended", PLAN, "endYear", "2033", "2034"),
    ]
    assert {(change.type, change.unit, change.group) for change in changed} == {("Strategic plan", "", "")}
    assert [bool(change.words) for change in changed] == [True, False]


def test_another_class_is_told() -> None:
    new = edited(("<agency/plan/1/vision> a sg:Vision", "<agency/plan/1/vision> a sg:Mission"))
    assert briefly(found(new)) == [("amended", "vision", "type", "vision", "mission")]


def test_a_wording_that_changes_as_its_element_does_is_told_once() -> None:
    mention = f"{MENTION} a sg:Mention ;\n    sg:text "
    both = edited(
        (
            'sg:text "A road"@en ; sg:position 1 ;\n    sg:supports',
            'sg:text "A lane."@en ; sg:position 1 ;\n    sg:supports',
        ),
        (f'{mention}"A road"', f'{mention}"a lane"'),
    )
    assert briefly(found(both)) == [("reworded", "north/objective/1/output/1", "text", "A road", "A lane.")]
    alone = edited((f'{mention}"A road"', f'{mention}"A lane"'), ('"Works:"', '"Ways:"'))
    assert briefly(found(alone)) == [
        ("amended", "north/objective/1/output/1", "hasMention", "A road", "A lane"),
        ("amended", "north/objective/1/output/1", "leadIn", "Works:", "Ways:"),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((2, 1, 3), [("1", "1", "2"), ("2", "2", "1")]),
        # A row that comes in moves all others down, and none of them changed places with another.
        ((2, 3, 4), []),
    ],
)
def test_rows_of_a_table_that_changed_places_are_told_and_those_that_shifted_not(
    rows: tuple[int, int, int], told: list[tuple[str, str, str]]
) -> None:
    def with_rows(numbers: tuple[int, ...]) -> str:
        return OLD + "".join(
            f"<{NORTH}/objective/2/output/{n}> sg:hasMention <{NORTH}/objective/2/output/{n}/mention/1> .\n"
            f'<{NORTH}/objective/2/output/{n}/mention/1> a sg:Mention ; sg:text "Row {n}"@en ; sg:position 1 ;\n'
            f"    sg:row {row} ; sg:statedIn <agency/plan/1/text/paragraph/1> .\n"
            for n, row in enumerate(numbers, start=1)
        )

    assert briefly(found(with_rows(rows), with_rows((1, 2, 3)))) == [
        ("renumbered", f"north/objective/2/output/{n}", "row", old, new) for n, old, new in told
    ]


def test_a_wording_comes_in_before_another() -> None:
    mentions = f"sg:hasMention {MENTION}"
    new = edited(
        (f"{mentions} .", f"{mentions} , <{NORTH}/objective/1/output/1/mention/2> ."),
        (
            f'{MENTION} a sg:Mention ;\n    sg:text "A road"@en ; sg:position 1 ;',
            f'<{NORTH}/objective/1/output/1/mention/2> a sg:Mention ;\n    sg:text "A road"@en ; sg:position 2 ;',
        ),
    )
    new += f'{MENTION} a sg:Mention ; sg:text "A way"@en ; sg:position 1 ;\n'
    new += "    sg:statedIn <agency/plan/1/text/paragraph/1> .\n"
    assert briefly(found(new)) == [("amended", "north/objective/1/output/1", "hasMention", "", "A way")]


def test_where_it_is_stated_is_told_of_what_has_no_other_change() -> None:
    moved = ("sg:statedIn <agency/plan/1/text/paragraph/1>", "sg:statedIn <agency/plan/1/text/section/1>")
    assert [change[:3] for change in briefly(found(edited(moved)))] == [("amended", "mission", "statedIn")]
    assert [change[:3] for change in briefly(found(edited(moved, ("To serve.", "To help."))))] == [
        ("reworded", "mission", "text")
    ]


# --- parts of the text ------------------------------------------------------------------------------------------------


def test_a_paragraph_is_reworded_that_states_no_element() -> None:
    new = (OLD + PARTS).replace("It is cold.", "It is very cold.")
    (change,) = found(new, OLD + PARTS)
    assert briefly((change,)) == [("reworded", "text/paragraph/2.1", "text", "It is cold.", "It is very cold.")]
    assert (change.type, change.label, change.paragraph) == ("Paragraph", "Paragraph 2.1", "Paragraph 2.1")


def test_of_a_paragraph_that_states_an_element_only_the_rest_is_told() -> None:
    old = edited(
        (
            "<agency/plan/1/text/paragraph/1> a sg:Paragraph ;",
            '<agency/plan/1/text/paragraph/1> a sg:Paragraph ; sg:text "To serve. It is done by goals."@en ;',
        )
    )
    with_element = old.replace('"To serve.', '"To help.')
    assert [change[:3] for change in briefly(found(with_element, old))] == [("reworded", "mission", "text")]
    beside = old.replace("It is done by goals.", "Goals do it.")
    assert [change[:3] for change in briefly(found(beside, old))] == [("reworded", "text/paragraph/1", "text")]


def test_paragraphs_that_shift_are_renumbered_and_not_reworded() -> None:
    new = (
        (OLD + PARTS)
        .replace("2.2", "2.3")
        .replace("2.1", "2.2")
        .replace(
            "sg:position 2 ; dcterms:isPartOf <agency/plan/1/text/section/2>",
            "sg:position 3 ; dcterms:isPartOf <agency/plan/1/text/section/2>",
        )
    )
    new += '<agency/plan/1/text/paragraph/2.1> a sg:Paragraph ; rdfs:label "Paragraph 2.1"@en ; sg:position 1 ;\n'
    new += '    sg:text "Winter is long."@en ; sg:notation "2.1" ; dcterms:isPartOf <agency/plan/1/text/section/2> .\n'
    assert briefly(found(new, OLD + PARTS)) == [
        ("added", "text/paragraph/2.1", "", "", "Winter is long."),
        ("renumbered", "text/paragraph/2.2", "notation", "2.1", "2.2"),
        ("renumbered", "text/paragraph/2.3", "notation", "2.2", "2.3"),
    ]


def test_a_part_that_comes_with_its_element_is_not_told() -> None:
    factor = (
        f'<agency/plan/1/factor/2> a sg:SituationalFactor ; {IN_NORTH} ; sg:text "It is cold."@en ; sg:position 2 ; '
    )
    new = OLD + PARTS + factor + "sg:statedIn <agency/plan/1/text/paragraph/2.1> .\n"
    assert [change[:2] for change in briefly(found(new))] == [("added", "text/paragraph/2.2"), ("added", "factor/2")]


def test_a_paragraph_that_gets_another_number_with_its_element_is_not_told() -> None:
    factor = (
        f'<agency/plan/1/factor/2> a sg:SituationalFactor ; {IN_NORTH} ; sg:text "It is cold."@en ; sg:position 2 ; '
    )
    old = OLD + PARTS + factor + 'sg:notation "2.1" ; sg:statedIn <agency/plan/1/text/paragraph/2.1> .\n'
    new = old.replace("2.1", "2.3")
    assert briefly(found(new, old)) == [("renumbered", "factor/2", "notation", "2.1", "2.3")]


# --- all of them ------------------------------------------------------------------------------------------------------

PIECES = (
    ("To build a road.", "To build a wide road."),
    ("A crane", "Two cranes"),
    ("sg:endYear 2033", "sg:endYear 2034"),
    (f"sg:partOf {RESULT}", f"sg:expectedFor {ONE}"),
    (f"sg:measures {RESULT}", f"sg:measures {ROAD}"),
    removed("north/objective/2/output/1"),
    removed("north/objective/2/kpi/1"),
)
MIRRORED = {"added": "removed", "removed": "added"}


@pytest.mark.parametrize("pieces", [*combinations(PIECES, 2), PIECES])
def test_what_the_one_direction_adds_the_other_removes(pieces: tuple[tuple[str, str], ...]) -> None:
    new = edited(*pieces)
    there, back = briefly(found(new)), briefly(found(OLD, new))
    assert len(there) == len(pieces)
    mirrored = [(MIRRORED.get(kind, kind), place, after, before) for kind, place, _, before, after in back]
    assert sorted(mirrored) == sorted((kind, place, old, new) for kind, place, _, old, new in there)


# --- words ------------------------------------------------------------------------------------------------------------

TEXTS = st.text(alphabet=st.sampled_from("ab ,.\n-é"), max_size=40)


@given(TEXTS, TEXTS)
@settings(max_examples=400)
def test_the_marked_words_are_both_texts(old: str, new: str) -> None:
    runs = marked(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new
    assert all(run.text for run in runs)
    assert all(one.kind != other.kind for one, other in pairwise(runs))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            "Effective protocols in place",
            "Effective protocols in place and tested",
            "Effective protocols in place{+ and tested+}",
        ),
        ("and services delivered", "policies and services delivered", "{+policies +}and services delivered"),
        ("goods and services", "goods, policies and services", "goods{+, policies+} and services"),
        (
            "Increase the number of users",
            "Raise the share of users",
            "{-Increase the number-}{+Raise the share+} of users",
        ),
        ("a safe, secure use", "a secure use", "a {-safe, -}secure use"),
        ("", "A text", "{+A text+}"),
        ("same", "same", "same"),
    ],
)
def test_words_are_marked_as_people_read(old: str, new: str, shown: str) -> None:
    marks = {"same": "{}", "removed": "{{-{}-}}", "added": "{{+{}+}}"}
    assert "".join(marks[run.kind].format(run.text) for run in marked(old, new)) == shown


# --- order ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [*permutations(range(5))])
def test_the_fewest_are_displaced_that_leave_the_others_in_order(order: tuple[int, ...]) -> None:
    gone = displaced((was, now, str(was)) for now, was in enumerate(order))
    kept = [was for was in order if str(was) not in gone]
    assert kept == sorted(kept)
    longest = max(len(some) for size in range(6) for some in combinations(order, size) if list(some) == sorted(some))
    assert len(kept) == longest
