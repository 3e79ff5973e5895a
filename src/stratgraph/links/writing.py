"""Writes sets of mappings as SSSOM/TSV in its canonical form (SSSOM 1.1, "Canonical SSSOM/TSV format").

Numbers alone are written otherwise: with all of their digits, where the canonical form has three.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Final

from stratgraph.identifiers import vocabulary_graph
from stratgraph.links.slots import MAPPING_SLOTS, SET_SLOTS, Kind
from stratgraph.terms import BASE, COMMON_PREFIXES, OWL_NS, RDF_NS, RDFS_NS, SEMAPV_NS, SG, SKOS_NS, SSSOM_NS, UN_NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Map

    from stratgraph.links.model import Mapping, MappingSet
    from stratgraph.links.slots import Slot

SSSOM_TYPE: Final = "text/tab-separated-values"
"""The media type of a table."""

_VERSION: Final = "1.1"
_DIGEST: Final = "subject_sha256"
# SSSOM, "IRI prefixes": known without being declared.
_BUILT_IN: Final = {
    "owl": OWL_NS, "rdf": RDF_NS, "rdfs": RDFS_NS, "semapv": SEMAPV_NS, "skos": SKOS_NS, "sssom": SSSOM_NS,
}  # fmt: skip
_KNOWN: Final = COMMON_PREFIXES | _BUILT_IN | {
    "sdg": f"{UN_NS}sdg/", "stratgraph": BASE, "un": UN_NS, "unbis": f"{UN_NS}thesaurus/",
    "wsis": f"{vocabulary_graph('wsis')}/",
}  # fmt: skip
# YAML 1.2, section 7.3.3, and a little less: what is no text to any reader of YAML, of 1.1 either, is quoted.
_PLAIN: Final = re.compile(r"[A-Za-z](?:[\w .,()/;'’“”+=~%-]|:(?=[^\s])|(?<=\S)#)*(?<! )")
_NOT_TEXT: Final = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
# YAML 1.2, section 5.1: characters that have to be escaped, which those of JSON do not have to be.
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_mapping_set(mappings: MappingSet) -> bytes:
    """A set as a table, which every reader of SSSOM reads.

    Each IRI is a CURIE: with a prefix that is known, one for the plan or the records, or a number.
    """
    rows = [_values(mapping) for mapping in mappings.mappings]
    used = [slot for slot in MAPPING_SLOTS if any(slot.name in row for row in rows)]
    shared = {slot.name: rows[0][slot.name] for slot in used if _is_common(slot, rows)}
    own = _values_of_set(mappings)
    names = _Names(mappings, [*_references(own, SET_SLOTS), *(iri for row in rows for iri in _references(row, used))])
    columns = [slot for slot in used if slot.name not in shared]
    has_digests = any(mapping.subject_sha256 for mapping in mappings.mappings)
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n")
    table.writerow([*(slot.name for slot in columns), *([_DIGEST] if has_digests else [])])
    lines = [
        [
            *(_cell(names.written(slot, row.get(slot.name, ()))) for slot in columns),
            *([mapping.subject_sha256] if has_digests else []),
        ]
        for row, mapping in zip(rows, mappings.mappings, strict=True)
    ]
    table.writerows(sorted(lines))
    head = _head(own | shared, names, has_digests=has_digests)
    return ("".join(f"#{line}\n" for line in head) + out.getvalue()).encode()


def _values_of_set(mappings: MappingSet) -> dict[str, tuple[str, ...]]:
    said = {
        "mapping_set_id": mappings.iri,
        "mapping_set_version": mappings.version,
        "mapping_set_title": mappings.title,
        "mapping_set_description": mappings.description,
        "license": mappings.licence,
    }
    return {name: (value,) for name, value in said.items() if value} | _grouped(mappings.others)


def _values(mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """What a mapping has in each slot that it has something in."""
    said = {
        "record_id": mapping.record,
        "subject_id": mapping.subject,
        "subject_label": mapping.subject_label,
        "predicate_id": mapping.predicate,
        "predicate_modifier": "Not" if mapping.is_negative else "",
        "object_id": mapping.object,
        "object_label": mapping.object_label,
        "mapping_justification": mapping.justification,
        "subject_source": mapping.subject_source,
        "subject_source_version": mapping.subject_source_version,
        "object_source": mapping.object_source,
        "mapping_date": mapping.date.isoformat() if mapping.date else "",
        "confidence": "" if mapping.confidence is None else f"{mapping.confidence:.15g}",
        "comment": mapping.comment,
    }
    several = {"author_id": mapping.authors, "author_label": mapping.author_labels}
    return (
        {name: (value,) for name, value in said.items() if value}
        | {name: values for name, values in several.items() if values}
        | _grouped(mapping.others)
    )


def _grouped(values: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in values:
        found[name] = (*found.get(name, ()), value)
    return found


def _is_common(slot: Slot, rows: list[dict[str, tuple[str, ...]]]) -> bool:
    return slot.is_shared and len({row.get(slot.name) for row in rows}) == 1


def _references(values: Map[str, tuple[str, ...]], slots: Iterable[Slot]) -> Iterator[str]:
    for slot in slots:
        if slot.kind is Kind.REFERENCE:
            yield from values.get(slot.name, ())


class _Names:
    """CURIEs for the IRIs of a set.

    Args:
        mappings: the set.
        iris: all that are written as CURIEs.
    """

    def __init__(self, mappings: MappingSet, iris: Iterable[str]) -> None:
        sources = {one.subject_source for one in mappings.mappings if one.subject_source}
        own = {"record": f"{mappings.record}/"} | ({"plan": f"{sources.pop()}/"} if len(sources) == 1 else {})
        self._namespaces = _KNOWN | own
        self._curies: dict[str, str] = {}
        self.used: dict[str, str] = {}
        for iri in sorted(set(iris)):
            self.of(iri)

    def of(self, iri: str) -> str:
        """The CURIE of an IRI."""
        if iri not in self._curies:
            fitting = [name for name, known in self._namespaces.items() if iri.startswith(known) and iri != known]
            name = max(fitting, key=lambda name: len(self._namespaces[name]), default="") or self._new(iri)
            if name not in _BUILT_IN:
                self.used[name] = self._namespaces[name]
            self._curies[iri] = f"{name}:{iri.removeprefix(self._namespaces[name])}"
        return self._curies[iri]

    def _new(self, iri: str) -> str:
        """A prefix for what an IRI begins with, up to its last part."""
        name = f"ns{1 + len(self._namespaces) - len(_KNOWN)}"
        self._namespaces[name] = iri[: max(iri.rfind(mark, 0, -1) for mark in "/#:") + 1]
        return name

    def written(self, slot: Slot, values: Iterable[str]) -> tuple[str, ...]:
        """Values as a table has them."""
        return tuple(map(self.of, values)) if slot.kind is Kind.REFERENCE else tuple(values)


def _cell(values: tuple[str, ...]) -> str:
    return "|".join(values)


def _head(values: Map[str, tuple[str, ...]], names: _Names, *, has_digests: bool) -> Iterator[str]:
    """The lines of the head, in YAML."""
    digest = names.of(SG.SUBJECT_SHA256) if has_digests else ""
    yield "curie_map:"
    for name, namespace in sorted(names.used.items()):
        yield f"  {name}: {_scalar(namespace)}"
    yield f"sssom_version: {_scalar(_VERSION)}"
    for slot in _HEAD_SLOTS:
        found = names.written(slot, values.get(slot.name, ()))
        if found and slot.is_multiple:
            yield f"{slot.name}:"
            yield from (f"  - {_scalar(one)}" for one in found)
        elif found:
            is_plain = slot.kind is Kind.NUMBER or (slot.kind is Kind.DAY and _DAY.fullmatch(found[0]))
            yield f"{slot.name}: {found[0] if is_plain else _scalar(found[0])}"
    if digest:
        yield "extension_definitions:"
        yield f"  - slot_name: {_DIGEST}"
        yield f"    property: {digest}"
        yield "    type_hint: xsd:string"


def _in_order() -> tuple[Slot, ...]:
    """The slots of a head in the order of the schema: those of the set up to its licence, then those for mappings."""
    at = next(n for n, slot in enumerate(SET_SLOTS) if slot.name == "license") + 1
    shared = (slot for slot in MAPPING_SLOTS if slot.is_shared)
    return (*SET_SLOTS[:at], *shared, *SET_SLOTS[at:])


_HEAD_SLOTS: Final = _in_order()


def _scalar(text: str) -> str:
    """A text in YAML: plain where that says the same to every reader, else in quotation marks."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
