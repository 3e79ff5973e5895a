"""What a server puts into the page of a review: links to its own pages, and a form that sends the revision again.

Nothing that was sent is kept. So the page carries it, and sends it for another form of the report, or with what
somebody decided on doubtful matches.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement

from pyoxigraph import NamedNode

from stratgraph.matching import questions
from stratgraph.review.outputs import Setting, add
from stratgraph_api.work.carrying import FORM, OVERHEAD, add_form, size_of
from stratgraph_api.work.revisions import DECIDE, LEFT_OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.comparison import Comparison, Proposal
    from stratgraph.matching import Question
    from stratgraph_api.http.addresses import Addresses
    from stratgraph_api.work.revisions import SentRevision

MOST_ASKED: Final = 300
"""So many matches are asked about at once: a form has no more fields than a request may have."""


def setting_of(
    sent: SentRevision,
    comparison: Comparison,
    proposal: Proposal,
    decisions: bytes,
    *,
    addresses: Addresses,
    most_bytes: int,
    forms: Iterable[str],
) -> Setting:
    """What goes into the page.

    Args:
        sent: the revision as it was sent.
        comparison: of it.
        proposal: with its review.
        decisions: the file of what was decided; empty where nothing was.
        addresses: where its links lead.
        most_bytes: how large a request may be; what is larger is not carried.
        forms: of the report.
    """
    asked = questions(proposal.review.matches, *comparison.outlines)[:MOST_ASKED] if comparison.outlines else ()
    fields = tuple(sent.fields(decisions))
    is_carried = size_of(fields) + sum(_size(question) for question in asked) <= most_bytes
    above = Element("div")
    if is_carried:
        add_form(above, fields, action=addresses.to("/review"), forms=forms)
    else:
        name = sent.name
        add(
            above,
            "p",
            f"{name} is too large to be carried by this page. For the report in another form send it again; to decide "
            f"on doubtful matches: stratgraph review {name} --ask --decisions decisions.toml.",
        )
    if decisions:
        _decided(above, decisions)
    ways = add(above, "p")
    add(ways, "a", "Review another revision", href=addresses.to("/review")).tail = " · "
    add(ways, "a", "Plans of this server", href=addresses.to("/"))
    return Setting(
        _Addresses(comparison, proposal, addresses).of, above, _deciding(asked) if asked and is_carried else None
    )


class _Addresses:
    """Where things are described on this server: those that are published are, and the revision's own are not yet."""

    def __init__(self, comparison: Comparison, proposal: Proposal, addresses: Addresses) -> None:
        self._addresses = addresses
        self._own = frozenset(proposal.plan.graph)
        known = {link.object.value for link in comparison.links if isinstance(link.object, NamedNode)}
        if comparison.former and comparison.old:
            known |= {comparison.old.identifiers.plan_iri, comparison.former.iris.graph, *comparison.old.graph}
        known |= {version.iris.graph for version, _ in comparison.earlier}
        if comparison.predecessor:
            version, before = comparison.predecessor
            known |= {before.identifiers.plan_iri, version.iris.graph, *before.graph}
        self._known = known

    def of(self, iri: str) -> str:
        if iri in self._known:
            return self._addresses.about(iri)
        return "" if iri in self._own else iri


def _decided(above: Element, decisions: bytes) -> None:
    frame = add(above, "details")
    add(frame, "summary", "What was decided on doubtful matches")
    add(frame, "p", "The file that stratgraph review --decisions reads, and publication takes. ")
    href = f"data:application/toml;base64,{base64.b64encode(decisions).decode()}"
    add(frame[-1], "a", "Save it as decisions.toml", href=href, download="decisions.toml")
    add(frame, "pre", decisions.decode(), tabindex="0", role="group", aria_label="What was decided")


def _deciding(asked: tuple[Question, ...]) -> Element:
    frame = Element("div")
    for question in asked:
        match = question.match
        block = add(frame, "fieldset", classes="question")
        add(block, "legend", f"Which element of the version before is {match.new}?")
        add(block, "p", question.text)
        add(block, "p", f"proposed: {match.how} ({match.confidence:.0%})", classes="where")
        for option in question.options:
            told = f"{option.place}, {option.similarity:.0%} alike: {option.text}" if option.place else "a new element"
            _radio(block, match.new, option.place, told)
        _radio(block, match.new, LEFT_OPEN, "left open").set("checked", "checked")
    label = add(SubElement(frame, "p"), "label")
    box = add(label, "input", type="checkbox", name="accept", value="true", form=FORM)
    box.tail = " Take what is left open as it is proposed"
    row = add(frame, "p")
    add(row, "button", "Review again with these decisions", type="submit", name="format", value="html", form=FORM)
    return frame


def _radio(block: Element, place: str, value: str, told: str) -> Element:
    label = add(SubElement(block, "p"), "label")
    radio = add(label, "input", type="radio", name=f"{DECIDE}{place}", value=value, form=FORM)
    add(label, "span", told)
    return radio


def _size(question: Question) -> int:
    return max(len(option.place) for option in question.options) + len(question.match.new) + OVERHEAD
