"""Reads sets of mappings from tables: SSSOM/TSV, by the SSSOM library and its schema.

The library is not needed to run the program (``records``), and is imported only here and only when a table is read. It
tells nothing of lines, sorts the rows, and leaves out what is no mapping; so the table is read beside it, and each
mapping that it makes is found again in its row.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import logging
import re
import warnings
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.files import decoded, location
from stratgraph.graph import is_iri
from stratgraph.identifiers import fault_of, links_graph, natural_key, record_graph, slug
from stratgraph.links.model import Mapping, MappingSet
from stratgraph.links.records import TABLE_ENDING
from stratgraph.links.slots import MAPPING_SLOTS, OTHERS, OTHERS_OF_SET, Kind
from stratgraph.terms import SG
from stratgraph.wording import name_of

if TYPE_CHECKING:
    from collections import abc
    from collections.abc import Callable, Iterable, Iterator

    from sssom.util import MappingSetDataFrame

    from stratgraph.links.slots import Slot

Row: TypeAlias = Any
"""A mapping as the library has it: a class of its schema, which publishes no types."""

_NEEDED: Final = ("mapping_set_id", "license")
# What XML cannot hold or a terminal obeys, as the shape TextCanBeWritten has it; a carriage return ends no line here.
_NO_TEXT: Final = re.compile("[^\t\n -~\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
_KEY: Final = ("record_id", "subject_id", "predicate_id", "object_id")
_MAPPINGS: Final = re.compile(r"^(?P<reason>.*) in /mappings/(?P<position>\d+)(?:/(?P<slot>\w+)(?:/\d+)?)?$", re.DOTALL)
_DAY: Final = (dt.date.fromisoformat, "a day such as 2030-01-31")
_FIGURES: Final[abc.Mapping[str, tuple[Callable[[str], object], str]]] = {
    "confidence": (float, "a number from 0 to 1 such as 0.7"),
    "mapping_date": _DAY,
    "publication_date": _DAY,
}
_OF_DICTIONARY: Final = re.compile(r"^One mapping .*\. Error: ", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _TableRow:
    """A row as it stands: its line in the file, and its cells by the names of their columns."""

    line: int
    cells: dict[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.cells.get(name, "") for name in _KEY)


def read_mapping_set(data: bytes, *, file: str, names: abc.Mapping[str, str] | None = None) -> MappingSet:
    """The set of mappings of a table.

    Args:
        data: its bytes, UTF-8.
        file: its name, for the places of mappings and errors; the set is called by it, unless its ``mapping_set_id`` is
            the name of a graph of links, or is known.
        names: of the sets that are known, by their ``mapping_set_id``.

    Raises:
        UsageError: the SSSOM library is not installed.
        SourceError: it is not SSSOM/TSV, or breaks the schema; says the line.
    """
    with _heard():
        try:
            from sssom.parsers import parse_sssom_table  # noqa: PLC0415 - an extra, and seconds to import
        except ImportError as error:
            raise UsageError(
                "Tables of mappings are read by the SSSOM library, which is not installed.",
                mend="pip install 'stratgraph[links]'; make setup-dev has it.",
            ) from error
    text, rows = _read_table(data, file)
    with _heard() as heard:
        try:
            table = parse_sssom_table(io.StringIO(text), sep="\t")
        except Exception as error:  # the library, pandas, YAML and curies raise what they like
            raise _wrong(f"The file is not SSSOM/TSV: {error}.", file) from error
    return _mapping_set(table, rows, heard, file, names or {})


def _read_table(data: bytes, file: str) -> tuple[str, list[_TableRow]]:
    """The text, and the rows of its table by themselves."""
    text = decoded(data, file).replace("\r\n", "\n")
    if found := _NO_TEXT.search(text):
        raise SourceError(
            f"The table holds {name_of(found[0])}, which is no character of a text.",
            where=location(text.encode(), len(text[: found.start()].encode()), file),
            mend="Remove it, or put the blank or the line break there that is meant.",
        )
    lines = text.split("\n")
    if quoted := next((number for number, line in enumerate(lines, start=1) if line.startswith('"#')), None):
        what = "The line begins with a quotation mark: a spreadsheet program puts one around a text with a comma."
        raise _wrong(what, file, quoted, "Take it away there and at the end of the line.")
    for name in _NEEDED:  # for which the library makes something up
        if not re.search(rf"^#+\s*{name}\s*:\s*\S", text, re.MULTILINE):
            raise _wrong(f"The set has no {name}.", file, 1, f"Add a line #{name}: … at the top.")
    comments = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.reader(lines[comments:], delimiter="\t")
    rows: list[_TableRow] = []
    header: list[str] = []
    for cells in reader:
        line = comments + reader.line_num
        if not header:
            header = cells
            _check_header(header, file, line)
        elif not any(cell.strip() for cell in cells):
            lines[line - 1] = ""  # of a row that was emptied the tabs are left
        else:
            if len(cells) != len(header):
                what = f"The row has {len(cells)} cells, and the table {len(header)} columns."
                raise _wrong(what, file, line, "Put a tab between two cells, and none within one.")
            row = _TableRow(line, dict(zip(header, cells, strict=True)))
            _check_figures(row, file)
            rows.append(row)
    _check_header(header, file, comments + 1)
    return "\n".join(lines), rows


def _check_figures(row: _TableRow, file: str) -> None:
    """Numbers and days, of which the library does not say the column."""
    for name, (read, example) in _FIGURES.items():
        cell = row.cells.get(name, "").strip()
        try:
            if cell:
                read(cell)
        except ValueError as error:
            mend = f"Give {example}; leave the cell empty where there is none."
            raise _wrong(f"{cell} is no {name.replace('_', ' ')}.", file, row.line, mend) from error


def _check_header(header: list[str], file: str, line: int) -> None:
    missing = [name for name in _KEY[1:] if name not in header]
    if missing:
        raise _wrong(
            f"The table has no column {', '.join(missing)}.",
            file,
            line,
            "The first line that does not begin with # names the columns, with tabs between them.",
        )


def _mapping_set(
    table: MappingSetDataFrame, rows: list[_TableRow], heard: list[str], file: str, names: abc.Mapping[str, str]
) -> MappingSet:
    said = table.metadata
    with _heard():
        found = table.to_mappings()
    placed = _placed(found, rows, heard, file)
    _check_schema(table, placed, file)
    iri = str(said["mapping_set_id"])
    prefix = links_graph("")
    stem = PurePath(file).name.removesuffix(TABLE_ENDING)
    name = names.get(iri) or slug(iri.removeprefix(prefix) if iri.startswith(prefix) else stem)
    if not name:
        mend = "Call the file by letters or digits, or say it in mapping_set_id."
        raise _wrong("The set has no name: neither its mapping_set_id nor its file has one.", file, 1, mend)
    reading = _Reading(table, file, record_graph(links_graph(name)), _digest_column(table))
    mappings: dict[str, Mapping] = {}
    for row, place in sorted(zip(found, placed, strict=True), key=lambda pair: pair[1].line):
        mapping = reading.mapping(row, place)
        known = mappings.setdefault(mapping.record, mapping)
        if known is not mapping:
            what = f"The row is the same record as that of line {known.where.line if known.where else 0}."
            raise _wrong(what, file, place.line, "Give it a record_id of its own, or remove it.")
    return MappingSet(
        name=name,
        iri=iri,
        licence=str(said["license"]),
        mappings=tuple(sorted(mappings.values(), key=lambda mapping: natural_key(mapping.record))),
        title=str(said.get("mapping_set_title") or ""),
        description=str(said.get("mapping_set_description") or ""),
        version=str(said.get("mapping_set_version") or ""),
        others=reading.others(said.get, OTHERS_OF_SET, 1),
    )


def _placed(found: list[Row], rows: list[_TableRow], heard: list[str], file: str) -> list[_TableRow]:
    """Of each mapping that the library made, its row.

    Raises:
        SourceError: it made none of a row.
    """
    by_key: dict[tuple[str, ...], list[_TableRow]] = defaultdict(list)
    for row in reversed(rows):
        by_key[row.key].append(row)
    placed = []
    for one in found:
        of_key = by_key[tuple(str(getattr(one, name) or "") for name in _KEY)]
        if not of_key:
            raise _wrong(
                f"The library reads {one.subject_id} otherwise than it stands.", file, mend="Write it plainly."
            )
        placed.append(of_key.pop())
    left = [row for of_key in by_key.values() for row in of_key]
    if left:
        row = min(left, key=lambda one: one.line)
        reasons = [_OF_DICTIONARY.sub("", words) for words in heard if _OF_DICTIONARY.match(words)]
        raise _wrong(f"The row is no mapping: {'; '.join(reasons) or 'the library leaves it out'}.", file, row.line)
    return placed


@cache
def _json_schema() -> Callable[[MappingSetDataFrame], Any]:
    """The library's report on a table by SSSOM's JSON Schema, which it would make anew for each: half a second."""
    import sssom.validators  # noqa: PLC0415 - as above

    library: Any = sssom.validators
    plugin = library.JsonschemaValidationPlugin(closed=False)
    validator = library.Validator(schema=library.SCHEMA_YAML, validation_plugins=[plugin])

    def report(table: MappingSetDataFrame) -> Any:
        found = library.to_mapping_set_document(table).mapping_set
        return validator.validate(library.json_dumper.to_dict(found), "mapping set")

    return report


def _check_schema(table: MappingSetDataFrame, placed: list[_TableRow], file: str) -> None:
    with _heard():
        from sssom.constants import DEFAULT_VALIDATION_TYPES, SchemaValidationType  # noqa: PLC0415 - as above
        from sssom.validators import validate  # noqa: PLC0415 - as above

        others: list[SchemaValidationType] = [
            one for one in DEFAULT_VALIDATION_TYPES if one is not SchemaValidationType.JsonSchema
        ]
        try:
            reports = [_json_schema()(table), *validate(table, others, fail_on_error=False).values()]
        except Exception as error:  # as above
            raise _wrong(f"The schema of SSSOM is not met: {error}.", file) from error
    for report in reports:
        for result in report.results:
            match = _MAPPINGS.match(result.message)
            line = placed[int(match["position"])].line if match else None
            slot = f" ({match['slot']})" if match and match["slot"] else ""
            reason = match["reason"] if match else result.message
            raise _wrong(f"The schema of SSSOM is not met: {reason}{slot}.", file, line)


def _digest_column(table: MappingSetDataFrame) -> str:
    """The column that the set defines as an extension for ``sg:subjectSha256``; empty where there is none."""
    for slot in table.metadata.get("extension_definitions") or ():
        if (
            table.converter.expand(str(slot.get("property"))) == SG.SUBJECT_SHA256
            or slot["property"] == SG.SUBJECT_SHA256
        ):
            return str(slot["slot_name"])
    return ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the library's mappings are made ours.

    Args:
        table: has their prefixes.
        file: its name.
        records: what the IRIs of records that have none begin with.
        digests: the name of the column for ``sg:subjectSha256``; empty where there is none.
    """

    table: MappingSetDataFrame
    file: str
    records: str
    digests: str

    def mapping(self, row: Row, place: _TableRow) -> Mapping:
        def iri(name: str) -> str:
            return self._iri(str(getattr(row, name) or ""), name, place.line)

        def text(name: str) -> str:
            # The library takes "NA", "null", "None" and the like for empty cells; SSSOM has no such words.
            return str(getattr(row, name) or place.cells.get(name, "").strip())

        for slot in MAPPING_SLOTS:
            if slot.kind is Kind.TEXT and slot.name != "predicate_modifier":
                continue
            if getattr(row, slot.name) in (None, []) and (cell := place.cells.get(slot.name, "").strip()):
                what = f"{cell} is no {slot.name.replace('_', ' ')}."
                raise _wrong(what, self.file, place.line, "Leave the cell empty where there is none.")
        subject, predicate, target = iri("subject_id"), iri("predicate_id"), iri("object_id")
        return Mapping(
            record=iri("record_id") or self._record(subject, predicate, target),
            subject=subject,
            predicate=predicate,
            object=target,
            justification=iri("mapping_justification"),
            subject_label=text("subject_label"),
            object_label=text("object_label"),
            confidence=None if row.confidence is None else float(row.confidence),
            authors=tuple(sorted(self._iri(str(one), "author_id", place.line) for one in row.author_id or ())),
            author_labels=tuple(sorted(row.author_label or filter(None, [text("author_label")]))),
            date=dt.date.fromisoformat(str(row.mapping_date)) if row.mapping_date else None,
            comment=text("comment"),
            subject_source=iri("subject_source"),
            subject_source_version=text("subject_source_version"),
            object_source=iri("object_source"),
            subject_sha256=place.cells.get(self.digests, ""),
            is_negative=row.predicate_modifier is not None,
            others=self.others(
                lambda name: getattr(row, name) or place.cells.get(name, "").strip(), OTHERS, place.line
            ),
            where=Location(file=self.file, line=place.line),
        )

    def others(
        self, value_of: Callable[[str], object], slots: Iterable[Slot], line: int
    ) -> tuple[tuple[str, str], ...]:
        """The values of slots that are only kept, each with the slot's name."""
        found = []
        for slot in slots:
            values = value_of(slot.name) or []
            texts = [str(one) for one in values] if isinstance(values, list) else [str(values)]
            if slot.kind is Kind.REFERENCE:
                texts = [self._iri(text, slot.name, line) for text in texts]
            found += [(slot.name, text) for text in sorted(set(texts))]
        return tuple(found)

    def _iri(self, name: str, slot: str, line: int) -> str:
        """A prefixed name or an IRI in full, which can be one."""
        if not name:
            return name
        if ":" not in name:
            mend = f"Write a prefix of the curie_map before it, PREFIX:{name}, or an IRI in full."
            raise _wrong(f"{name} is no IRI, and has no prefix ({slot}).", self.file, line, mend)
        expanded: str | None = name if "://" in name else self.table.converter.expand(name)
        if expanded is None:
            raise _wrong(
                f"{name} has a prefix that nobody declares ({slot}).", self.file, line, "Declare it in the curie_map."
            )
        fault = fault_of(expanded) if is_iri(expanded) else "It is no IRI."
        if fault:
            mend = "Write an IRI in full, or a prefix of the curie_map and a name without blanks."
            raise _wrong(f"The {slot} <{expanded}> cannot name anything. {fault}", self.file, line, mend)
        return expanded

    def _record(self, *triple: str) -> str:
        """An IRI that depends on what is mapped alone."""
        key = hashlib.sha256("\n".join(triple).encode("utf-8")).hexdigest()[:16]
        return f"{self.records}/{key}"


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What the library says to its log, which is all that it says of rows that it leaves out; nobody else hears it.

    Nor its warnings, which are about the libraries below it.
    """
    words: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            words.append(record.getMessage())

    ear, loggers = Ear(), [logging.getLogger("sssom.parsers"), logging.getLogger("sssom.util"), logging.getLogger()]
    before: list[Any] = [(logger, logger.propagate, list(logger.handlers)) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [ear], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield words
    finally:
        for logger, propagate, handlers in before:
            logger.handlers, logger.propagate = handlers, propagate


def _wrong(what: str, file: str, line: int | None = None, mend: str = "Mend the table there.") -> SourceError:
    return SourceError(what, where=Location(file=file, line=line), mend=mend)
