"""XML as a tree that knows where each of its characters stands in the file; read safely.

No entity is declared, nothing outside the file is looked at, and size, depth and number of nodes are limited. What a
format makes of the tree is its own matter.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections import ChainMap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn

# The parser itself: nothing round it gives the place of text and attributes. What is dangerous in it is refused below.
from xml.parsers import expat

from stratgraph.document import Span
from stratgraph.errors import LimitError, Location, SourceError
from stratgraph.files import BYTE_ORDER_MARK, check_size
from stratgraph.rdf_literals import ATTRIBUTE
from stratgraph.statements import spans_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How files that are not of one byte a sign begin: by a mark, or by a sign of the declaration (XML 1.0, appendix F)."""

_DECLARED: Final = re.compile(r"(<\?xml\s[^<>]*?\bencoding\s*=\s*[\"'])([A-Za-z][A-Za-z0-9._-]*)")
_TEXT_CODECS: Final = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-[rut]|shift_jis|euc_jp|euc_kr|gb2312|gbk|gb18030|big5|mac-roman"
)
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG: Final = re.compile(r"""<[^\s<>"'/]++(?>[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_NAMESPACE_MARK: Final = "xmlns"


@dataclass(frozen=True, slots=True)
class XmlAttribute:
    """An attribute that stands in the file.

    Args:
        name: as it is written, with its prefix.
        value: with entities replaced.
        area: where the value stands, without its quotation marks.
    """

    name: str
    value: str
    area: Span


@dataclass(frozen=True, slots=True, eq=False)
class XmlElement:
    """An element; two are equal only where they are the same one.

    Args:
        name: without a prefix.
        namespace: its namespace; the prefix itself where that was never declared; empty where it has none.
        attributes: those that declare namespaces left out.
        children: its elements, in order.
        text: the characters directly in it, with entities replaced, pieces between children joined.
        areas: where these characters stand.
        tag: its start tag.
    """

    name: str
    namespace: str
    attributes: tuple[XmlAttribute, ...]
    children: tuple[XmlElement, ...]
    text: str
    areas: tuple[Span, ...]
    tag: Span

    def descendants(self) -> Iterator[XmlElement]:
        """The element itself and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.descendants()


@dataclass(frozen=True, slots=True)
class XmlTree:
    """A file of XML.

    Args:
        text: every character of the file; in a file of another encoding than UTF-8 the declaration says UTF-8 instead.
        root: its element.
        file: its name.
        encoding: that the file was in; empty where it is UTF-8.
        junk: where characters stand before the XML that are no part of it, or None.
        lines: offset of the first character of each line.
        instructions: processing instructions before and behind the root: what each is for, and what it says.
    """

    text: str
    root: XmlElement
    file: str
    encoding: str
    junk: Span | None
    lines: tuple[int, ...]
    instructions: tuple[tuple[str, str], ...] = ()

    def spans(self, areas: Iterable[Span]) -> tuple[Span, ...]:
        """The pieces of some areas that lie between newlines and tabs, without the blanks around them."""
        found = {span for area in areas for span in spans_within(self.text, area.start, area.end)}
        return tuple(sorted(found))

    def location(self, offset: int, element: str | None = None) -> Location:
        """File, line and column of a character."""
        line = bisect_right(self.lines, offset)
        return Location(file=self.file, line=line, column=offset - self.lines[line - 1] + 1, element=element)


def read_tree(data: bytes, *, file: str, max_bytes: int, max_depth: int, max_nodes: int) -> XmlTree:
    """The tree of a file.

    Args:
        data: its bytes, in UTF-8, UTF-16, UTF-32, or an encoding of one byte a sign that it declares.
        file: its name, for errors.
        max_bytes: the setting ``max_source_bytes``.
        max_depth: the setting ``max_xml_depth``: of elements in each other.
        max_nodes: the setting ``max_xml_nodes``: of elements, attributes and pieces of text together.

    Raises:
        LimitError: one of the three was hit.
        SourceError: it is not well-formed XML, or declares entities; says line, column and what.
    """
    check_size(len(data), max_bytes, setting="max_source_bytes", file=file)
    text, encoding = _decoded(data, file)
    start = text.find("<")
    if start < 0:
        raise SourceError(
            "The file holds no XML: there is no “<” in it.",
            where=Location(file=file),
            mend="Give the file that the plan was exported to.",
        )
    if forbidden := _FORBIDDEN.search(text):
        raise SourceError(
            f"The character U+{ord(forbidden.group()):04X} may not stand in XML.",
            where=_location(text, forbidden.start(), file),
            mend="Remove it; it usually came with pasted text.",
        )
    builder = _Builder(text, start, file, max_depth, max_nodes)
    root = builder.parse()
    lead = text[:start].strip(" \t\r\n")
    at = text.find(lead)
    lines = (0, *(match.end() for match in re.finditer("\n", text)))
    junk = Span(at, at + len(lead)) if lead else None
    return XmlTree(text, root, file, encoding, junk, lines, tuple(builder.instructions))


# --- bytes to text ---------------------------------------------------------------------------------------------------


def _decoded(data: bytes, file: str) -> tuple[str, str]:
    """The characters, and the encoding they were in; empty where that is UTF-8."""
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    declared = _DECLARED.search(data[:1000].decode("latin-1"))
    name = marked or (declared[2] if declared else "utf-8")
    if not marked and name.lower().startswith(("utf-16", "utf-32", "ucs", "iso-10646")):
        name = "utf-8"  # what was just read as a declaration is of one byte a sign
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = ""
    if not marked and not _TEXT_CODECS.fullmatch(codec):
        raise SourceError(
            f"The file declares the encoding {name}, which is not known.",
            where=Location(file=file, line=1),
            mend="Save it as UTF-8, and let its first line say so.",
        )
    try:
        text = data.decode(codec).removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(codec, "replace")
        raise SourceError(
            f"The byte 0x{data[error.start]:02x} is not {name.upper()}, the encoding of the file.",
            where=_location(before, len(before), file),
            mend='Save the file as UTF-8, or declare what it is in, such as encoding="windows-1252".',
        ) from error
    if codec in {"utf-8", "ascii"}:
        return text, ""
    return _DECLARED.sub(r"\g<1>UTF-8", text, count=1), name.upper()


def _declares_namespace(attribute: XmlAttribute) -> bool:
    return attribute.name.partition(":")[0] == _NAMESPACE_MARK


def _location(text: str, offset: int, file: str) -> Location:
    return Location(file=file, line=text.count("\n", 0, offset) + 1, column=offset - text.rfind("\n", 0, offset))


# --- text to tree ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """An element whose end is still to come."""

    name: str
    namespace: str
    scope: ChainMap[str, str]
    attributes: tuple[XmlAttribute, ...]
    tag: Span
    children: list[XmlElement] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    areas: list[Span] = field(default_factory=list)

    def closed(self) -> XmlElement:
        return XmlElement(
            self.name,
            self.namespace,
            self.attributes,
            tuple(self.children),
            "".join(self.pieces),
            tuple(self.areas),
            self.tag,
        )


class _Builder:
    """Follows the parser through the text."""

    def __init__(self, text: str, start: int, file: str, max_depth: int, max_nodes: int) -> None:
        self.text = text
        self.file = file
        self.max_depth = max_depth
        self.max_nodes = max_nodes
        self.nodes = 0
        self.open: list[_Open] = []
        self.root: XmlElement | None = None
        self.instructions: list[tuple[str, str]] = []
        self.start = start
        # How far the parser is: in the bytes that it gets, and in the text.
        self.data = text[start:].encode("utf-8")
        self.byte, self.character = 0, start
        self.text_from: int | None = None
        self.parser = self._parser()

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.specified_attributes = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse_entity
        parser.SkippedEntityHandler = self._refuse_unknown
        # Seen so that each piece of text is known to end where they begin.
        for name in ("Comment", "StartCdataSection", "EndCdataSection"):
            setattr(parser, f"{name}Handler", self._other)
        parser.ProcessingInstructionHandler = self._instruction
        return parser

    def parse(self) -> XmlElement:
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise self._malformed(error) from error
        assert self.root is not None  # noqa: S101 - without one the parser had raised
        return self.root

    def _malformed(self, error: expat.ExpatError) -> SourceError:
        at = self.start + len(self.data[: self.parser.ErrorByteIndex].decode("utf-8", "replace"))
        reason = expat.ErrorString(error.code)
        if self.open and reason in {expat.errors.XML_ERROR_TAG_MISMATCH, expat.errors.XML_ERROR_NO_ELEMENTS}:
            innermost = self.open[-1]
            line = self.text.count("\n", 0, innermost.tag.start) + 1
            reason = f"<{innermost.name}> of line {line} is not closed before this"
        return SourceError(
            f"The file is not well-formed XML: {reason}.",
            where=_location(self.text, at, self.file),
            mend="Mend the file there; an editor for XML shows the place.",
        )

    def _here(self) -> int:
        """The offset in the text of what the parser reports; it only goes forward."""
        byte = self.parser.CurrentByteIndex
        self.character += len(self.data[self.byte : byte].decode("utf-8"))
        self.byte = byte
        return self.character

    def _flush(self, here: int) -> None:
        """A piece of text ends where the next thing begins."""
        if self.text_from is None:
            return
        areas = self.open[-1].areas
        if areas and areas[-1].end == self.text_from:
            areas[-1] = Span(areas[-1].start, here)
        else:
            areas.append(Span(self.text_from, here))
        self.text_from = None

    def _count(self, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > self.max_nodes:
            self._over("elements, attributes and pieces of text", "max_xml_nodes", self.max_nodes)

    def _over(self, what: str, setting: str, value: int) -> NoReturn:
        raise LimitError(
            f"The file has more than {value:,} {what}.",
            setting=setting,
            value=value,
            where=_location(self.text, self.character, self.file),
        )

    def _begin(self, name: str, pairs: list[str]) -> None:
        here = self._here()
        self._flush(here)
        self._count(1 + len(pairs) // 2)
        if len(self.open) >= self.max_depth:
            self._over("elements in each other", "max_xml_depth", self.max_depth)
        tag = _TAG.match(self.text, here)
        assert tag is not None  # noqa: S101 - the parser found one
        # In the order of the file, as the parser gives them.
        areas = [Span(*m.span(2 if m[2] is not None else 3)) for m in ATTRIBUTE.finditer(tag.group())]
        attributes = [
            XmlAttribute(name, value, Span(here + area.start, here + area.end))
            for name, value, area in zip(pairs[::2], pairs[1::2], areas, strict=True)
        ]
        own = tuple(a for a in attributes if not _declares_namespace(a))
        scope = self.open[-1].scope if self.open else ChainMap({})
        if len(own) < len(attributes):
            # Beside the scope around it, which is not copied: there are no more than elements in each other.
            scope = scope.new_child({a.name.partition(":")[2]: a.value for a in attributes if _declares_namespace(a)})
        prefix, _, local = name.rpartition(":")
        self.open.append(_Open(local, scope.get(prefix, prefix), scope, own, Span(here, tag.end())))

    def _end(self, _: str) -> None:
        self._flush(self._here())
        element = self.open.pop().closed()
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element

    def _characters(self, value: str) -> None:
        here = self._here()
        self._flush(here)
        self._count(1)
        self.text_from = here
        self.open[-1].pieces.append(value)

    def _other(self, *_: object) -> None:
        self._flush(self._here())

    def _instruction(self, target: str, data: str) -> None:
        self._flush(self._here())
        if not self.open:
            self._count(1)
            self.instructions.append((target, data))

    def _refuse_entity(self, name: str, *_: object) -> NoReturn:
        raise SourceError(
            f"The file declares the entity {name}; entities that a file declares itself are not read.",
            where=_location(self.text, self._here(), self.file),
            mend="Write its text where it is used, and remove the declaration.",
        )

    def _refuse_unknown(self, name: str, *_: object) -> NoReturn:
        raise SourceError(
            f"The entity &{name}; is not known: no other file is looked at.",
            where=_location(self.text, self._here(), self.file),
            mend="Write the character itself in its place.",
        )
