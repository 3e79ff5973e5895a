"""A version of a plan, from the store, in any format: RDF, a workbook, StratML, or the very file it was read from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stratgraph.history import chosen_plan, chosen_version, graph_quads, read_version, version_quads, versions_of
from stratgraph.jsonld import compacted, to_json
from stratgraph.plan_graph import source_text
from stratgraph.serialisation import JSON_LD, N_QUADS, TRIG, TURTLE, form_of_name, to_bytes, turtle
from stratgraph.statements import origin

if TYPE_CHECKING:
    from stratgraph.history import Version
    from stratgraph.store import Reading

_OF_DATASETS = (TRIG, N_QUADS)

SOURCE: Final = "source"
"""The name of the format that is the source itself."""

WORKBOOK: Final = "xlsx"
STRATML: Final = "stratml"


def export(reading: Reading, form_name: str, *, plan: str | None = None, number: int | None = None) -> bytes:
    """A version of a plan.

    Args:
        reading: where it is published.
        form_name: ``source``, ``xlsx``, ``stratml``, or the name of an RDF format. A format of graphs gives the
            asserted triples, a format of data sets these and their provenance, each in its named graph. The source of
            a workbook is its text: the workbook itself is exported anew.
        plan: its IRI; may be left out where the store has only one.
        number: of the version; the newest where None.

    Raises:
        NotFound: there is no such plan, or no such version of it.
        UsageError: there are several and none is named, or no such format.
    """
    version = chosen_version(versions_of(reading, chosen_plan(reading, plan)), number)
    if form_name == SOURCE:
        return source_text(graph_quads(reading, version.iris.provenance)).encode("utf-8")
    if form_name == WORKBOOK:
        from stratgraph.formats import workbook  # noqa: PLC0415 - openpyxl, which other formats do without

        stated = read_version(reading, version)
        return workbook.write(
            stated.statements,
            identifiers=stated.identifiers,
            language=stated.language,
            rights=stated.source.rights,
            made_from=version.number,
        )
    if form_name == STRATML:
        from stratgraph.formats import stratml  # noqa: PLC0415 - likewise

        return stratml.write(replace(read_version(reading, version), made_from=version.number))
    return _rdf(reading, version, form_name)


def _rdf(reading: Reading, version: Version, form_name: str) -> bytes:
    form = form_of_name(form_name)
    if form in _OF_DATASETS:
        return to_bytes(version_quads(reading, version), form)
    graph = version.iris.graph
    triples = [quad.triple for quad in graph_quads(reading, graph)]
    triples += origin(version.identifiers, version.number)
    if form is TURTLE:
        note = f"Generated from <{graph}> by “stratgraph export --format turtle”. {version.rights}".rstrip()
        return turtle(triples, base=version.identifiers.base, comment=note)
    if form is JSON_LD:
        # As the engine writes it, it would be one line.
        return to_json(compacted(triples))
    return to_bytes(sorted(triples, key=str), form)
