"""XML is read safely, and every character is known to stand where it stands."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratgraph.errors import LimitError, SourceError
from stratgraph.formats.xml_tree import XmlTree, read_tree


def tree(data: bytes | str, **limits: Any) -> XmlTree:
    raw = data.encode() if isinstance(data, str) else data
    return read_tree(raw, file="a.xml", **({"max_bytes": 10_000, "max_depth": 20, "max_nodes": 1000} | limits))


def raw(found: XmlTree) -> str:
    """What stands where the root's own text stands, entities and all."""
    return "".join(found.text[area.start : area.end] for area in found.root.areas)


# --- places ----------------------------------------------------------------------------------------------------------


def test_text_of_several_kinds_knows_where_it_stands() -> None:
    found = tree("<a>é&amp;x<!-- c -->y<b>no</b><![CDATA[<z>]]>&#x41;<?p i?>!</a>")
    assert found.root.text == "é&xy<z>A!"
    assert raw(found) == "é&amp;xy<z>&#x41;!"
    assert [child.text for child in found.root.children] == ["no"]


def test_attributes_know_where_their_values_stand() -> None:
    text = "<a\n x = 'it&apos;s 1 > 0'\ty=\"k='v'\"/>"
    found = tree(text)
    assert [(a.name, a.value) for a in found.root.attributes] == [("x", "it's 1 > 0"), ("y", "k='v'")]
    assert [found.text[a.area.start : a.area.end] for a in found.root.attributes] == ["it&apos;s 1 > 0", "k='v'"]
    assert found.text[found.root.tag.start : found.root.tag.end] == text


def test_spans_lie_between_newlines_and_tabs() -> None:
    found = tree("<a>\n  one\ttwo \n\n three</a>")
    pieces = [found.text[span.start : span.end] for span in found.spans(found.root.areas)]
    assert pieces == ["one", "two", "three"]
    assert [str(found.location(span.start)) for span in found.spans(found.root.areas)] == [
        "a.xml, line 2, column 3",
        "a.xml, line 2, column 7",
        "a.xml, line 4, column 2",
    ]


def test_namespaces_are_those_in_scope_and_undeclared_prefixes_do_not_matter() -> None:
    found = tree("<p:a xmlns:p='urn:x'><b xmlns='urn:y'><c/></b><q:d q:e='1'/></p:a>")
    below = [(e.name, e.namespace) for e in found.root.descendants()]
    assert below == [("a", "urn:x"), ("b", "urn:y"), ("c", "urn:y"), ("d", "q")]
    assert [a.name for a in found.root.children[1].attributes] == ["q:e"]


TEXT = st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t&<>é𝄞"))


@given(st.lists(st.tuples(TEXT, st.sampled_from(["", "<b/>", "<b>x</b>", "<!--c-->", "<?p?>"])), max_size=8))
def test_any_text_stands_where_it_is_said_to(pieces: list[tuple[str, str]]) -> None:
    pieces = [(re.sub("[\ufffe\uffff]", "", text), mark) for text, mark in pieces]
    found = tree("<a>" + "".join(html.escape(text) + mark for text, mark in pieces) + "</a>", max_bytes=10**6)
    assert found.root.text == "".join(text for text, _ in pieces)
    assert html.unescape(raw(found)) == found.root.text


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<a>é–</a>".encode(), ""),
        ("\ufeff<a>é–</a>".encode(), ""),
        ("<?xml version='1.0' encoding='UTF-16'?><a>é–</a>".encode("utf-16"), "UTF-16"),
        ("<?xml version='1.0' encoding='UTF-16'?><a>é–</a>".encode("utf-16-le"), "UTF-16-LE"),
        ("<a>é–</a>".encode("utf-32"), "UTF-32"),
        ('<?xml version="1.0" encoding="windows-1252"?><a>é–</a>'.encode("cp1252"), "WINDOWS-1252"),
        ("<?xml version='1.0' encoding='utf-16'?><a>é–</a>".encode(), ""),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_is_in(data: bytes, encoding: str) -> None:
    found = tree(data)
    assert (found.root.text, found.encoding) == ("é–", encoding)
    assert raw(found) == "é–"


def test_latin_1_is_read_as_declared_and_the_text_says_utf_8() -> None:
    found = tree('<?xml version="1.0" encoding="iso-8859-1"?>\n<a>Jožef'.replace("ž", "é").encode("latin-1") + b"</a>")
    assert found.root.text == "Joéef"
    assert found.text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert read_tree(found.text.encode(), file="", max_bytes=999, max_depth=9, max_nodes=9).root.text == "Joéef"


def test_a_byte_of_another_encoding_is_refused_with_its_place() -> None:
    with pytest.raises(SourceError, match="0x92 is not UTF-8") as caught:
        tree(b"<a>\n\xc3\xa9 don\x92t</a>")
    assert str(caught.value.where) == "a.xml, line 2, column 6"


@pytest.mark.parametrize("name", ["klingon", "rot13", "utf-7", "unicode_escape"])
def test_an_unknown_or_unfit_encoding_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=f"encoding {name}, which is not known"):
        tree(f"<?xml version='1.0' encoding='{name}'?><a/>")


def test_junk_before_the_xml_is_no_part_of_it() -> None:
    found = tree("Content-Type: text/xml\n\n<?xml version='1.0'?>\n<a>x</a>")
    assert found.root.text == "x"
    assert found.junk is not None
    assert found.text[found.junk.start : found.junk.end] == "Content-Type: text/xml"
    assert found.location(found.root.tag.start).line == 4
    assert tree("\ufeff \n<a/>").junk is None


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("<a>\n<b>\n</a>", "<b> of line 2 is not closed before this", (3, 3)),
        ("<a>\n<b>x", "<b> of line 2 is not closed before this", (2, 5)),
        ("<a>é & b</a>", "not well-formed", (1, 7)),
        ("<a>\n <b x='1' x='2'/></a>", "duplicate attribute", (2, 11)),
        ("<a/>\n<a/>", "junk after document element", (2, 1)),
        ("<a>&nbsp;</a>", "undefined entity", (1, 4)),
        ("<a>x\u000by</a>", r"U\+000B may not stand in XML", (1, 5)),
        ("no xml", "there is no “<” in it", (None, None)),
    ],
)
def test_what_is_not_well_formed_is_refused_with_its_place(
    text: str, what: str, where: tuple[int | None, int | None]
) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        tree(text)
    assert caught.value.where
    assert (caught.value.where.line, caught.value.where.column) == where
    assert caught.value.mend


BOMB = "<!DOCTYPE a [<!ENTITY l '0123456789'>" + "".join(
    f"<!ENTITY l{n} '{f'&l{n - 1 if n else str()};' * 10}'>" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"{BOMB}]><a>&l8;</a>", "declares the entity l;"),
        ("<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><a>&f;</a>", "declares the entity f;"),
        ("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x'> %p;]><a/>", "declares the entity p;"),
        ("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a>&f;</a>", "&f; is not known"),
        ("<!DOCTYPE a [<!NOTATION n SYSTEM 'n'><!ENTITY u SYSTEM 'u' NDATA n>]><a/>", "declares the entity u;"),
    ],
)
def test_entities_are_refused(text: str, what: str) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        tree(text)
    assert caught.value.where
    assert caught.value.where.line == 1


def test_a_document_type_without_entities_adds_nothing() -> None:
    found = tree("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd' [<!ATTLIST a x CDATA 'added'>]><a>x</a>")
    assert (found.root.text, found.root.attributes) == ("x", ())


@pytest.mark.parametrize(
    ("text", "limits", "setting"),
    [
        ("<a>" + "x" * 10_000 + "</a>", {}, "max_source_bytes"),
        ("<a>" * 30 + "</a>" * 30, {}, "max_xml_depth"),
        ("<a>" + "<b/>" * 30 + "</a>", {"max_nodes": 30}, "max_xml_nodes"),
        ("<a " + " ".join(f"x{n}=''" for n in range(30)) + "/>", {"max_nodes": 30}, "max_xml_nodes"),
    ],
)
def test_limits_name_their_setting(text: str, limits: dict[str, int], setting: str) -> None:
    with pytest.raises(LimitError) as caught:
        tree(text, **limits)
    assert caught.value.setting == setting


def test_what_is_just_within_the_limits_is_read() -> None:
    assert len(list(tree("<a>" * 20 + "</a>" * 20, max_nodes=20).root.descendants())) == 20
