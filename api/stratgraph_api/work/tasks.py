"""What jobs do: each function here is called in a process of its own (``work.job_process``), and gives a document."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from contextlib import closing
from typing import TYPE_CHECKING, Final

from stratgraph.export import export
from stratgraph.report_forms import REVIEW_FORMATS
from stratgraph.store import journal_of, store_if_published, store_of
from stratgraph.validation import REPORT_FORMATS, Ruleset, render, validate_contents
from stratgraph_api.http.addresses import Addresses
from stratgraph_api.http.security_headers import with_styles
from stratgraph_api.work.job_process import Document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stratgraph.comparison import Comparison, Proposal
    from stratgraph.settings import Settings
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Store
    from stratgraph_api.work.report_page import Frame
    from stratgraph_api.work.revisions import SentRevision

_AT_ROOT: Final = Addresses()
_STYLE: Final = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def validate(
    files: Mapping[str, bytes], rules: Ruleset, form: str, created: datetime, frame: Frame | None = None
) -> Document:
    """The report of a validation.

    Args:
        files: by their names; they are validated together, as one graph.
        rules: that the plans are held against.
        form: one of ``VALIDATION_FORMATS``.
        created: when it is made.
        frame: where a page stands; it has to be given for one.

    Returns:
        The report; of a page the fact ``policy``: what it may load.

    Raises:
        SourceError: a file is not of its format, or there is no plan.
        UsageError: there is no such set.
    """
    report = validate_contents(files, rules=rules)
    if form in REPORT_FORMATS:
        return Document(render(report, form).encode())
    if form == "html" and frame:
        from stratgraph_api.work.report_page import render_report  # noqa: PLC0415 - see above

        page = render_report(report, files, frame)
        return Document(page, {"policy": with_styles(_hashes(page))})
    from stratgraph.review.outputs import of_report  # noqa: PLC0415 - see above
    from stratgraph.review.outputs import render as render_review  # noqa: PLC0415 - likewise

    return Document(render_review(of_report(report, file=next(iter(files))), form, created=created))


def review(
    sent: SentRevision,
    settings: Settings,
    form: str,
    created: datetime,
    *,
    addresses: Addresses = _AT_ROOT,
    show_all: bool = False,
) -> Document:
    """The review of a revision.

    Args:
        sent: the revision.
        settings: of the server, which say where the plan is published.
        form: one of ``REVIEW_FORMATS``.
        created: when it is made.
        addresses: where the links of a page lead.
        show_all: whether a text shows the findings too that were there before.

    Returns:
        The review; of a page the fact ``policy``: what it may load.

    Raises:
        SourceError: the file is not of its form.
        UsageError: there is no such version, or a decision is about nothing.
        LimitError: the file is too large.
        StoreError: the published plan cannot be read.
        RemoteError: the server that has it cannot be reached, refuses or fails.
    """
    from stratgraph.review.outputs import render as render_review  # noqa: PLC0415 - see above

    plan = _read(sent, settings)
    with store_if_published(settings) as store:
        comparison, proposal, decisions = _proposal(plan, sent, settings, store)
    if form != "html":
        return Document(render_review(proposal.review, form, created=created, show_all=show_all))
    from stratgraph_api.work.review_page import setting_of  # noqa: PLC0415 - see above

    most = settings.max_upload_bytes
    setting = setting_of(
        sent, comparison, proposal, decisions, addresses=addresses, most_bytes=most, forms=REVIEW_FORMATS
    )
    body = render_review(proposal.review, form, created=created, setting=setting)
    return Document(body, {"policy": _policy(body)})


def publish(
    sent: SentRevision, settings: Settings, created: datetime, by: str, reason: str, allowed: tuple[str, ...]
) -> Document:
    """Publishes a revision as the next version of its plan, or as its first.

    Returns:
        What was published, as JSON.

    Raises:
        PublicationRefused: it is not fit to be published.
        Overtaken: somebody else published in the meantime.
        StratgraphError: as :func:`review`.
    """
    from stratgraph.publication import Target, publish_proposal  # noqa: PLC0415 - see above
    from stratgraph.store_contents import Act  # noqa: PLC0415 - see above

    plan = _read(sent, settings)
    with store_if_published(settings) as store:
        _, proposal, _ = _proposal(plan, sent, settings, store, is_published=True)
        published = publish_proposal(Target.of(settings, store), proposal, Act(created, by, reason, allowed))
    content = {
        "plan": plan.identifiers.plan_iri,
        "version": proposal.number,
        "iri": plan.identifiers.version(proposal.number).graph,
        "elements": proposal.review.elements,
        "changes": len(proposal.review.changes),
        "snapshot": published.id,
    }
    return Document(json.dumps(content, indent=2).encode() + b"\n")


def roll_back(settings: Settings, snapshot: str, created: datetime, by: str, reason: str) -> Document:
    """Brings the state of a snapshot back, the one before the one in force where none is named.

    Returns:
        What came of it, as JSON.

    Raises:
        NotFound: there is no such snapshot.
        UsageError: the store is a server, or is in that state already.
        Overtaken: somebody published in the meantime.
        StoreError: the store cannot be read or written.
    """
    from stratgraph.publication import Target  # noqa: PLC0415 - see above
    from stratgraph.publication import roll_back as bring_back  # noqa: PLC0415 - see above
    from stratgraph.store_contents import Act  # noqa: PLC0415 - see above

    done = bring_back(Target.of(settings, None), Act(created, by, reason), snapshot or None)
    content = {
        "snapshot": done.id,
        "name": done.name,
        "restores": done.restores,
        "taken_back": done.taken_back,
    }
    return Document(json.dumps(content, indent=2).encode() + b"\n")


def export_version(settings: Settings, form: str, plan: str, number: int) -> Document:
    """A version of a plan as a file.

    Args:
        settings: of the server, which say where the plan is published.
        form: as ``stratgraph.export`` knows it.
        plan: its IRI.
        number: of the version.

    Raises:
        NotFound: there is no such plan or version.
        StoreError: the published plan cannot be read.
        RemoteError: the server that has it cannot be reached, refuses or fails.
    """
    with closing(store_of(settings)) as store, store.reading() as reading:
        return Document(export(reading, form, plan=plan, number=number))


def _read(sent: SentRevision, settings: Settings) -> StatedPlan:
    from stratgraph.plan_files import ReadingLimits, read_revision  # noqa: PLC0415 - see above

    return read_revision(sent.data, file=sent.name, limits=settings.part(ReadingLimits), description=sent.description)


def _proposal(
    plan: StatedPlan, sent: SentRevision, settings: Settings, store: Store | None, *, is_published: bool = False
) -> tuple[Comparison, Proposal, bytes]:
    """The revision beside what it is compared with, reviewed, and the file of what was decided."""
    from stratgraph.comparison import against_of, compare, decide, propose  # noqa: PLC0415 - see above
    from stratgraph.matching import checked_decisions  # noqa: PLC0415 - see above
    from stratgraph.succession import no_such_version  # noqa: PLC0415 - see above

    against, before = against_of(sent.against, plan)
    if before and is_published:
        raise no_such_version(sent.against, plan)
    rules = Ruleset.of(settings, profile=sent.profile)
    if sent.shapes:
        data, name = sent.shapes
        rules = rules.with_shapes([(name, data)])
    journal = journal_of(settings.store)
    comparison = compare(store, plan, against=against, predecessor=before, journal=journal, rules=rules)
    decided, followed = comparison.decided_in(sent.decisions)
    if sent.answers and comparison.old:
        decided = checked_decisions((*decided.items(), *sent.answers), new=comparison.plan, old=comparison.old)
    unseen: set[str] = set()
    if sent.accept:
        seen = set(decided)
        decided = decide(comparison, decided)
        unseen = set(decided) - seen
    decisions = comparison.decisions(decided, unseen=unseen, followed=followed)
    return comparison, propose(comparison, decided, followed=followed), decisions


def _policy(page: bytes) -> str:
    """What the page of a review may load: the style that it holds, and nothing else; it sends its form to us alone."""
    styles = " ".join(_hashes(page)) or "'none'"
    return f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def _hashes(page: bytes) -> list[str]:
    """The styles that a page holds, as Content-Security-Policy names them."""
    hashes = (base64.b64encode(hashlib.sha256(style).digest()).decode() for style in _STYLE.findall(page))
    return [f"'sha256-{one}'" for one in hashes]
