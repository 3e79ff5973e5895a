"""What the text of RDF is looked at for before it is parsed: nesting, entities, what RDF 1.2 brought."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stratgraph.errors import SourceError
from stratgraph.formats import rdf
from stratgraph.rdf_text import MAX_JSON_NESTING, MAX_NESTING
from stratgraph.serialisation import JSON_LD, N_QUADS, N_TRIPLES, RDF_FORMS, RDF_XML, TRIG, TURTLE, RdfText, read_rdf
from stratgraph.terms import PREFIXES
from stratgraph.validation.reading import read_graphs, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.serialisation import RdfForm

XML_HEAD = f'<rdf:RDF xmlns:rdf="{PREFIXES["rdf"]}" xmlns:a="a:" rdf:version="1.2">'

NESTING: dict[str, tuple[RdfForm, int, Callable[[int], str]]] = {
    "a node in brackets": (TURTLE, 1, lambda n: "<a:s> <a:p> " + "[ <a:p> " * n + "1" + " ]" * n + " ."),
    "a list": (TURTLE, 1, lambda n: "<a:s> <a:p> " + "( " * n + "1" + " )" * n + " ."),
    "a reified triple": (TURTLE, 1, lambda n: "<< " * n + "<a:s> <a:p> <a:o>" + " >> <a:p> <a:o>" * n + " ."),
    "an annotation": (TURTLE, 1, lambda n: "<a:s> <a:p> <a:o> " + "{| <a:p> <a:o> " * n + " |}" * n + " ."),
    "a triple term": (TURTLE, 2, lambda n: "<a:s> <a:p> " + "<<( <a:s> <a:p> " * n + "1" + " )>>" * n + " ."),
    "N-Triples": (N_TRIPLES, 2, lambda n: "<a:s> <a:p> " + "<<( <a:s> <a:p> " * n + "<a:o>" + " )>>" * n + " ."),
    "N-Quads": (N_QUADS, 2, lambda n: "<a:s> <a:p> " + "<<( <a:s> <a:p> " * n + "<a:o>" + " )>>" * n + " ."),
    "TriG": (TRIG, 2, lambda n: "<a:s> <a:p> " + "<<( <a:s> <a:p> " * n + "<a:o>" + " )>>" * n + " ."),
    "an object": (JSON_LD, 1, lambda n: '{"a:p":' * n + "1" + "}" * n),
    "an array": (JSON_LD, 1, lambda n: "[" * n + "]" * n),
    "included nodes": (JSON_LD, 1, lambda n: '{"@included":' * n + "{}" + "}" * n),
    "contexts": (
        JSON_LD,
        2,
        lambda n: '{"@context":' + '{"x":{"@id":"a:b","@context":' * n + "{}" + "}}" * n + ',"@id":"a:s","a:p":1}',
    ),
    "nodes of XML": (RDF_XML, 2, lambda n: XML_HEAD + "<a:A><a:p>" * n + "</a:p></a:A>" * n + "</rdf:RDF>"),
    "triples of XML": (
        RDF_XML,
        2,
        lambda n: (
            f'{XML_HEAD}<rdf:Description rdf:about="a:s">'
            + '<a:p rdf:parseType="Triple"><rdf:Description rdf:about="a:s">' * n
            + "<a:p>1</a:p>"
            + "</rdf:Description></a:p>" * n
            + "</rdf:Description></rdf:RDF>"
        ),
    ),
}
"""What can stand in itself: the format, how much deeper each one goes, and a text of so many of them."""


def deepest(form: RdfForm) -> int:
    return MAX_JSON_NESTING if form is JSON_LD else MAX_NESTING


@pytest.mark.parametrize(("form", "step", "text"), NESTING.values(), ids=NESTING)
def test_what_nests_too_deep_is_refused_with_its_place(form: RdfForm, step: int, text: Callable[[int], str]) -> None:
    for number in (deepest(form) // step + 1, 100_000):
        with pytest.raises(SourceError, match="nests too deep") as caught:
            RdfText(text(number).encode(), file="a", form=form)
        assert caught.value.where is not None
        assert caught.value.where.line == 1
        assert (caught.value.where.column or 0) > deepest(form) // step
        assert caught.value.mend


PARSE = "import sys; from pyoxigraph import parse, RdfFormat\n\
try: print(sum(1 for _ in parse(sys.stdin.buffer.read(), format=RdfFormat.from_media_type(sys.argv[1]))))\n\
except SyntaxError: print(0)"


@pytest.mark.parametrize(("form", "step", "text"), NESTING.values(), ids=NESTING)
def test_the_parser_bears_what_is_not_refused(form: RdfForm, step: int, text: Callable[[int], str]) -> None:
    data = text((deepest(form) - 6) // step).encode()
    RdfText(data, file="a", form=form)
    # In a process with an eighth of the usual stack, so that what is accepted is far from what ends one.
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20)); {PARSE}"
    run = subprocess.run(
        [sys.executable, "-c", limited, form.media_types[0]], input=data, capture_output=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (TURTLE, "<a:s> <a:p> ( " + "1 " * 5_000 + ") ."),
        (TURTLE, "<a:s> <a:p> [], () .\n" * 3_000),
        (TURTLE, '<a:s> <a:p> "' + "(" * 3_000 + '" .'),
        (TURTLE, "<a:s> <a:p> '''" + "'[" * 3_000 + "''' ."),
        (TURTLE, '<a:s> <a:p> "\\"' + "[" * 3_000 + '" .'),
        (TURTLE, "# " + "[" * 3_000 + "\n<a:s> <a:p> <a:o> ."),
        (TURTLE, "<a:" + "(" * 3_000 + "> <a:p> <a:o> ."),
        (TURTLE, "@prefix a: <a:> . a:" + "\\(" * 3_000 + " <a:p> <a:o> ."),
        (JSON_LD, '[{"@id":"a:s","a:p":"' + "[{" * 3_000 + '\\""}' + ',{"@id":"a:s","a:p":[1]}' * 3_000 + "]"),
        (RDF_XML, XML_HEAD + "<a:A><a:p>1</a:p></a:A><a:B/>" * 3_000 + "</rdf:RDF>"),
        (RDF_XML, XML_HEAD + "<!-- " + "<a>" * 3_000 + " - --><a:A/></rdf:RDF>"),
        (RDF_XML, XML_HEAD + "<a:A><a:p><![CDATA[" + "<a>]" * 3_000 + "]]></a:p></a:A></rdf:RDF>"),
    ],
    ids=lambda value: getattr(value, "name", "")[:20] if not isinstance(value, str) else value[:20],
)
def test_what_stands_side_by_side_or_in_a_text_is_not_nested(form: RdfForm, text: str) -> None:
    assert read_rdf(text.encode(), file="a", form=form)


# --- entities --------------------------------------------------------------------------------------------------------

ENTITIES = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
%s
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="https://example.org/">
<a:A rdf:about="%s"/>
</rdf:RDF>
"""

READERS: dict[str, Callable[[bytes], object]] = {
    "plan": lambda data: rdf.read(data, file="a.rdf", max_bytes=10**9),
    "validation": lambda data: read_graphs(data, "a.rdf", origin=0),
    "lines": lambda data: list(read_lines(data, "a.rdf", origin=0)),
    "anything": lambda data: read_rdf(data, file="a.rdf"),
}
"""Every way in which RDF/XML is read; vocabularies, links and reasoning read by the last."""


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ('<!ENTITY a "aaaa">\n<!ENTITY b "&a;&a;">', "the entity b"),
        (f'<!ENTITY a "{"a" * 501}">', "the entity a"),
        ('<!ENTITY a SYSTEM "file:///etc/hostname">', "the entity a"),
        ("<!ENTITY % p 'x'>", "the entity p"),
        ('<!ENTITYa "b">', "the entity a"),
        ("<!-- ]> -->", "no entity"),
        ("<!ELEMENT a ANY>", "no entity"),
    ],
)
def test_entities_that_are_no_shorthand_are_refused_by_name_at_every_door(
    read: Callable[[bytes], object], declared: str, name: str
) -> None:
    with pytest.raises(SourceError, match=name) as caught:
        read((ENTITIES % (declared, "a:b")).encode())
    assert caught.value.where is not None
    assert caught.value.where.line == 3 + declared.count("\n")
    assert "Write its text" in caught.value.mend


def test_a_shorthand_for_the_beginning_of_an_iri_is_read() -> None:
    (quad,) = read_rdf((ENTITIES % ('<!ENTITY a "https://example.org/%20">', "&a;b")).encode(), file="a.rdf")
    assert str(quad.subject) == "<https://example.org/%20b>"


def test_short_entities_that_are_used_without_end_are_refused() -> None:
    with pytest.raises(SourceError, match="more than 10 times"):
        read_rdf((ENTITIES % (f'<!ENTITY a "{"a" * 400}">', "a:" + "&a;" * 5_000)).encode(), file="a.rdf")


@pytest.mark.parametrize(
    "text", ["<a", "<a b='<'/>", "<!-- -", "<![CDATA[ ]]", "<!DOCTYPE a [", "<!-->", "< a/>", "<?x"]
)
def test_what_is_not_well_formed_has_its_line_and_column(text: str) -> None:
    with pytest.raises(SourceError, match=r"well-formed|declares") as caught:
        read_rdf(f"<b>\n  é {text}".encode(), file="a.rdf")
    assert caught.value.where is not None
    assert caught.value.where.line == 2


# --- RDF 1.2 ---------------------------------------------------------------------------------------------------------

LATER: dict[str, tuple[RdfForm, str]] = {
    "a reifier": (TURTLE, '\n<a:a> <a:b> "x" ~ <a:r> .'),
    "a triple term": (TURTLE, "\n<a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> ."),
    "a direction": (TURTLE, '\n<a:a> <a:b> "x"@en--ltr .'),
    "N-Triples": (N_TRIPLES, "\n<a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> ."),
    "N-Quads": (N_QUADS, "\n<a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> ."),
    "TriG": (TRIG, "\n<a:a> <a:b> <a:c> {| <a:d> <a:e> |} ."),
    "JSON-LD": (JSON_LD, '\n{"@id":"a:a","a:b":{"@value":"x","@language":"en","@direction":"ltr"}}'),
    "RDF/XML": (
        RDF_XML,
        f'{XML_HEAD}\n<rdf:Description rdf:about="a:a"><a:b rdf:annotation="a:r">x</a:b></rdf:Description></rdf:RDF>',
    ),
}


def test_every_format_has_an_example_of_rdf_1_2() -> None:
    assert {form for form, _ in LATER.values()} == set(RDF_FORMS)


@pytest.mark.parametrize(("form", "text"), LATER.values(), ids=LATER)
def test_what_rdf_1_2_brought_is_refused_with_its_line_at_every_door(form: RdfForm, text: str) -> None:
    file = f"a{form.extensions[0]}"
    readers: list[Callable[[bytes], object]] = [
        lambda data: rdf.read(data, file=file, max_bytes=10**6),
        lambda data: read_graphs(data, file, origin=0),
        lambda data: list(read_lines(data, file, origin=0)),
        lambda data: read_rdf(data, file=file),
    ]
    for read in readers:
        with pytest.raises(SourceError, match=r"RDF 1\.2") as caught:
            read(text.encode())
        assert caught.value.where is not None
        assert caught.value.where.line == 2
        assert "RDF 1.1" in caught.value.mend


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rdf:RDF [ <!-- the usual --> <!ENTITY w "http://example.org/#"> ]>',
        '<!DOCTYPE rdf:RDF [ <?x a?> <!ENTITY w "http://example.org/#"> <!ENTITY nbsp "&#160;"> <!-- no more --> ]>',
        '<?x a>b ?><!DOCTYPE rdf:RDF [<!ENTITY w "http://example.org/#">]>',
    ],
)
def test_what_stands_beside_short_entities_is_read_over(declared: str) -> None:
    text = f'<?xml version="1.0"?>{declared}<rdf:RDF xmlns:rdf="{PREFIXES["rdf"]}"><rdf:Description rdf:about="&w;a">'
    text += '<rdf:type rdf:resource="&w;B"/></rdf:Description></rdf:RDF>'
    (quad,) = read_rdf(text.encode(), file="a.rdf")
    assert str(quad.subject) == "<http://example.org/#a>"
