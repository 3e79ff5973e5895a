"""Writes ontology.md, the reference of the terms, and our terms into the JSON-LD context, from ontology/stratgraph.ttl.

Run from anywhere: ``python docs/reference/generate_ontology.py``. ``tests/test_ontology.py`` compares both with a fresh
run.
"""
# ruff: noqa: INP001 - a script beside the page that it writes, no package

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from stratgraph.assets import read_asset
from stratgraph.terms import ONTOLOGY, OWL_NS, PREFIXES, PROV, RDF_NS, RDFS_NS, SG, SG_NS, SKOS_NS, XSD, XSD_NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Triple

    Term = NamedNode | BlankNode | Literal | Triple

PAGE = Path(__file__).with_name("ontology.md")
CONTEXT = Path(__file__).parents[2] / "ontology" / "context.jsonld"

HEAD = """<!-- Generated from ontology/stratgraph.ttl by docs/reference/generate_ontology.py; do not edit. -->

# {title}

{description}

Version {version}; licence <{licence}>. Prefix `sg:` is `{namespace}`.
How the terms are put together in a graph says [model.md](model.md).

What the annex says of a term (Part III) stands in quotation marks. Inverses and chains are entailed when a plan is
published, and never asserted. What the former version said stands only in the graph that transition shapes look at.
"""

CHARACTERISTICS = {
    "FunctionalProperty": "at most one value for each thing",
    "InverseFunctionalProperty": "each value belongs to one thing only",
    "AsymmetricProperty": "never in both directions",
    "TransitiveProperty": "leads on from what it leads to",
}
QUANTIFIERS = {
    f"{OWL_NS}someValuesFrom": "at least one",
    f"{OWL_NS}allValuesFrom": "only",
    f"{OWL_NS}minQualifiedCardinality": "at least",
    f"{OWL_NS}qualifiedCardinality": "exactly",
}

OF_VERSIONS = {SG.PUBLICATION, SG.REVIEW, SG.CHANGE, PROV.ENTITY}
"""The domains of the properties of versions and their reviews."""


class Axioms:
    """The ontology's triples by subject and predicate, and its expressions in words."""

    def __init__(self) -> None:
        self.values: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in parse(read_asset("ontology", "stratgraph.ttl"), format=RdfFormat.TURTLE):
            self.values[quad.subject][quad.predicate.value].append(quad.object)
        self.stated_of_inverse = {
            inverse: stated for stated in self.values for inverse in self.all(stated, f"{OWL_NS}inverseOf")
        }

    def all(self, subject: Term, predicate: str) -> list[Term]:
        """The values, in the order of the file."""
        return self.values.get(subject, {}).get(predicate, [])

    def is_a(self, term: Term, kind: str) -> bool:
        """Whether a term is declared as this kind of OWL's."""
        return NamedNode(f"{OWL_NS}{kind}") in self.all(term, f"{RDF_NS}type")

    def text(self, subject: Term, predicate: str) -> str:
        """The one value of a predicate that has to be there."""
        (value,) = self.all(subject, predicate)
        return str(getattr(value, "value", value))

    def members(self, cell: Term) -> list[Term]:
        """Of an RDF list."""
        if cell == NamedNode(f"{RDF_NS}nil"):
            return []
        return [*self.all(cell, f"{RDF_NS}first"), *self.members(self.all(cell, f"{RDF_NS}rest")[0])]

    def words(self, term: Term) -> str:
        """A name with its prefix, or a class expression."""
        if isinstance(term, NamedNode):
            return name(term)
        for union in self.all(term, f"{OWL_NS}unionOf"):
            return " or ".join(map(self.part, self.members(union)))
        prop = self.words(self.all(term, f"{OWL_NS}onProperty")[0])
        for predicate, quantifier in QUANTIFIERS.items():
            for value in self.all(term, predicate):
                classes = self.all(term, f"{OWL_NS}onClass")
                if classes:
                    return f"{prop}: {quantifier} {getattr(value, 'value', value)} {self.part(classes[0])}"
                return f"{prop}: {quantifier} {self.part(value)}"
        raise ValueError(term)

    def part(self, term: Term) -> str:
        """An expression within another."""
        return f"({self.words(term)})" if isinstance(term, BlankNode) else self.words(term)


def name(term: NamedNode) -> str:
    """As prefixed name in code font; our own with a link to its place on the page."""
    for prefix, namespace in PREFIXES.items():
        if term.value.startswith(namespace):
            local = term.value.removeprefix(namespace)
            return f"[`sg:{local}`](#sg{local.lower()})" if prefix == "sg" else f"`{prefix}:{local}`"
    return f"<{term.value}>"


def render() -> str:
    """The page."""
    axioms = Axioms()
    ontology = NamedNode(ONTOLOGY)
    head = HEAD.format(
        title=axioms.text(ontology, f"{PREFIXES['dcterms']}title"),
        description=axioms.text(ontology, f"{PREFIXES['dcterms']}description"),
        licence=axioms.text(ontology, f"{PREFIXES['dcterms']}license"),
        version=axioms.text(ontology, f"{OWL_NS}versionInfo"),
        namespace=SG_NS,
    )
    own = [s for s in axioms.values if isinstance(s, NamedNode) and s.value.startswith(SG_NS)]
    parts = [head]
    for title, belongs in groups(axioms).items():
        parts += [f"\n## {title}\n\n", *table(axioms, [term for term in own if belongs(term)])]
    parts += ["\n## Each term\n", *(entry(axioms, term) for term in own)]
    return "".join(parts)


def groups(axioms: Axioms) -> dict[str, Callable[[NamedNode], bool]]:
    """The tables, and which terms each holds."""

    def is_chain(term: NamedNode) -> bool:
        return bool(axioms.all(term, f"{OWL_NS}propertyChainAxiom"))

    def is_inverse(term: NamedNode) -> bool:
        return term in axioms.stated_of_inverse

    def is_of_versions(term: NamedNode) -> bool:
        return any(getattr(domain, "value", "") in OF_VERSIONS for domain in axioms.all(term, f"{RDFS_NS}domain"))

    def is_stated(term: NamedNode) -> bool:
        return axioms.is_a(term, "ObjectProperty") and not (is_inverse(term) or is_chain(term) or leads_on(term))

    def leads_on(term: NamedNode) -> bool:
        return axioms.is_a(term, "TransitiveProperty")

    def is_before(term: NamedNode) -> bool:
        return axioms.is_a(term, "AnnotationProperty") and term.value.endswith("Before")

    def is_day(term: NamedNode) -> bool:
        return NamedNode(XSD.DATE) in axioms.all(term, f"{RDFS_NS}range")

    return {
        "Classes": lambda t: axioms.is_a(t, "Class"),
        "Properties that a document states": lambda t: is_stated(t) and not is_of_versions(t),
        "Properties of versions and their reviews": lambda t: is_stated(t) and is_of_versions(t),
        "Inverses": is_inverse,
        "Chains, and what leads on": lambda t: is_chain(t) or leads_on(t),
        "Literals": lambda t: axioms.is_a(t, "DatatypeProperty"),
        "Days": is_day,
        "Annotations on shapes and mappings": lambda t: (
            axioms.is_a(t, "AnnotationProperty") and not is_before(t) and not is_day(t)
        ),
        "What the former version said": is_before,
    }


def table(axioms: Axioms, terms: list[NamedNode]) -> list[str]:
    """One row a term; classes have their superclass where properties have domain, range and inverse."""
    of_classes = axioms.is_a(terms[0], "Class")
    columns = ["class", "definition", "subclass of"]
    if not of_classes:
        columns = ["property", "definition", "domain", "range", "inverse"]
    rows = [columns, ["---"] * len(columns)]
    for term in terms:
        further: list[list[Term]] = [[c for c in axioms.all(term, f"{RDFS_NS}subClassOf") if isinstance(c, NamedNode)]]
        if not of_classes:
            stated = axioms.stated_of_inverse.get(term)
            inverse = [stated] if stated else axioms.all(term, f"{OWL_NS}inverseOf")
            further = [axioms.all(term, f"{RDFS_NS}domain"), axioms.all(term, f"{RDFS_NS}range"), inverse]
        cells = [
            name(term),
            axioms.text(term, f"{SKOS_NS}definition"),
            *(", ".join(map(axioms.words, values)) for values in further),
        ]
        rows.append([cell.replace("|", r"\|") for cell in cells])
    return [f"| {' | '.join(row)} |\n" for row in rows]


def also_called(axioms: Axioms, term: NamedNode) -> str:
    """The other labels of a term, in a sentence."""
    names = [f"*{name.value}*" for name in axioms.all(term, f"{SKOS_NS}altLabel") if isinstance(name, Literal)]
    return f", also called {' or '.join(names)}" if names else ""


def entry(axioms: Axioms, term: NamedNode) -> str:
    """What the tables do not say of a term: label, example, and further axioms."""
    label = axioms.text(term, f"{RDFS_NS}label")
    expressions = [c for c in axioms.all(term, f"{RDFS_NS}subClassOf") if isinstance(c, BlankNode)]
    chains = [axioms.members(steps) for steps in axioms.all(term, f"{OWL_NS}propertyChainAxiom")]
    sources = [s for s in axioms.all(term, f"{PREFIXES['dcterms']}source") if isinstance(s, NamedNode)]
    facts = [
        *(words for kind, words in CHARACTERISTICS.items() if axioms.is_a(term, kind)),
        *map(axioms.words, expressions),
        *(" then ".join(map(axioms.words, steps)) for steps in chains),
        *(f"the annex: “{axioms.text(term, f'{SKOS_NS}scopeNote')}” (<{source.value}>)" for source in sources),
    ]
    lines = [
        f"\n### sg:{term.value.removeprefix(SG_NS)}\n",
        f"{label[0].upper()}{label[1:]}{also_called(axioms, term)}. Example: {axioms.text(term, f'{SKOS_NS}example')}",
        *(f"\n{comment.value}" for comment in axioms.all(term, f"{RDFS_NS}comment") if isinstance(comment, Literal)),
        *(["", *(f"- {fact}" for fact in facts)] if facts else []),
    ]
    return "\n".join(lines) + "\n"


def context() -> str:
    """The context with a member a line; what it has of other vocabularies stays as it stands there."""
    axioms, written = Axioms(), CONTEXT.read_text("utf-8")
    ours = [term for term in axioms.values if isinstance(term, NamedNode) and term.value.startswith(SG_NS)]
    lines = [f"    {json.dumps(term.value.removeprefix(SG_NS))}: {member(axioms, term)},\n" for term in ours]
    before, head, _ = written.partition('    "type": "@type",\n')
    _, tail, after = written.partition('    "FormalOrganization"')
    return before + head + "".join(lines) + tail + after


def member(axioms: Axioms, term: NamedNode) -> str:
    """How a term is read: by its range."""
    name = f"sg:{term.value.removeprefix(SG_NS)}"
    ranges = [one.value for one in axioms.all(term, f"{RDFS_NS}range") if isinstance(one, NamedNode)]
    if axioms.is_a(term, "ObjectProperty"):
        return f'{{ "@id": "{name}", "@type": "@id" }}'
    if ranges in ([XSD.INTEGER], [XSD.DECIMAL], [XSD.DATE]):
        return f'{{ "@id": "{name}", "@type": "xsd:{ranges[0].removeprefix(XSD_NS)}" }}'
    return f'{{ "@id": "{name}", "@language": null }}' if ranges == [XSD.STRING] else f'"{name}"'


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
    CONTEXT.write_text(context(), "utf-8")
