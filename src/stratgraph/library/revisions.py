"""A revised plan, reviewed: read, reported, mended, published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.comparison import against_of, compare, decide, mend, propose
from stratgraph.errors import UsageError
from stratgraph.files import read_bytes, write_bytes
from stratgraph.identifiers import is_address
from stratgraph.library.rows import words_of
from stratgraph.plan_files import ReadingLimits, read_file, read_revision, write_revision
from stratgraph.review.outputs import render
from stratgraph.review.outputs.phrases import is_fit, verdict
from stratgraph.store import journal_of
from stratgraph.validation import Ruleset

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from stratgraph.comparison import Comparison, Proposal
    from stratgraph.library.plans import Plan
    from stratgraph.review.model import Change, Review, Reviewed
    from stratgraph.settings import Settings
    from stratgraph.store import Store


class Revision:
    """A revised plan beside the version that it was compared with.

    Args:
        comparison: the two.
        proposal: the revision with its review.
        store: gives what is published; None where nothing is yet.
        settings: that hold.
        published: gives the plan of an IRI after its publication.
    """

    def __init__(
        self,
        comparison: Comparison,
        proposal: Proposal,
        store: Callable[[], Store | None],
        settings: Settings,
        published: Callable[[str], Plan],
    ) -> None:
        self._comparison = comparison
        self._proposal = proposal
        self._store = store
        self._settings = settings
        self._published = published

    @property
    def review(self) -> Review:
        """All that the review found: changes, findings, effects, doubtful matches, notices."""
        return self._proposal.review

    @property
    def changes(self) -> tuple[Change, ...]:
        """What changed, element by element: kind, label, old and new words, place."""
        return self.review.changes

    @property
    def findings(self) -> tuple[Reviewed, ...]:
        """What the rules found, and whether each finding is new, unchanged or fixed."""
        return self.review.findings

    @property
    def is_fit(self) -> bool:
        """Whether it can be published as it is."""
        return is_fit(self.review)

    @property
    def verdict(self) -> str:
        """Whether it can be published, and why not, in a sentence."""
        return verdict(self.review)

    def report(self, form: str = "text") -> bytes:
        """The report in a form: those of ``stratgraph review --format``.

        Raises:
            UsageError: there is no such form.
        """
        return render(self.review, form, created=_now())

    def save(self, file: str | PathLike[str], form: str) -> None:
        """Writes the report to a file."""
        write_bytes(Path(file), self.report(form))

    def fix(self, file: str | PathLike[str]) -> tuple[str, ...]:
        """Mends what can be mended without deciding anything, and writes the revision to a file, if there was any.

        Returns:
            What was done, a sentence each.
        """
        mended, done = mend(self._comparison, self._proposal)
        if done:
            data, _ = write_revision(mended.plan, file=str(file), sent=self._proposal.plan)
            write_bytes(Path(file), data)
        return tuple(f"{one.finding.label}: {one.description}" for one in done)

    def publish(self, *, reason: str = "", by: str = "", allow: tuple[str, ...] | str = ()) -> Plan:
        """Publishes it as the next version of its plan, or as the first; gives that version in hand.

        Args:
            reason: why, as everybody will read.
            by: who does it, as everybody will read.
            allow: rules whose Violations are let pass.

        Raises:
            PublicationRefused: it has Violations that are not allowed, or undecided matches, or changes nothing.
            Overtaken: somebody published since it was reviewed.
            UsageError: the graph is on a server that takes no updates from here.
        """
        if is_address(self._settings.store) and not self._settings.remote_update:
            raise UsageError(
                f"{self._settings.store} is only asked from here.",
                mend="Publish at that server: POST /publish, or the command line there.",
            )
        from stratgraph.publication import Target, publish_proposal  # noqa: PLC0415 - few revisions are published
        from stratgraph.store_contents import Act  # noqa: PLC0415 - likewise

        act = Act(_now(), by, reason, tuple(dict.fromkeys(words_of(allow))))
        publish_proposal(Target.of(self._settings, self._store()), self._proposal, act)
        return self._published(self.review.plan)

    def __repr__(self) -> str:
        return f"<Revision {self.review.file}: {self.verdict}>"


def revision_of(
    file: Path,
    settings: Settings,
    store: Callable[[], Store | None],
    *,
    against: str,
    decisions: Path | None,
    accept: bool,
    profile: str,
    content: bytes | None,
    description: bytes | None,
    published: Callable[[str], Plan],
) -> Revision:
    """The review of a file; arguments and errors as of :meth:`KnowledgeGraph.review`."""
    limits = settings.part(ReadingLimits)
    beside = None if description is None else (description, str(file.with_suffix(".toml")))
    if content is None:
        plan = read_file(file, limits, beside)
    else:
        plan = read_revision(content, file=str(file), limits=limits, description=beside)
    number, before = against_of(against, plan)
    comparison = compare(
        store(),
        plan,
        against=number,
        predecessor=before,
        journal=journal_of(settings.store),
        rules=Ruleset.of(settings, profile=profile),
    )
    decided, followed = comparison.decided_in((read_bytes(decisions), str(decisions)) if decisions else None)
    if accept:
        decided = decide(comparison, decided)
    return Revision(comparison, propose(comparison, decided, followed=followed), store, settings, published)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in
