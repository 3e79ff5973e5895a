"""A revised plan, in whatever form people have it, read into statements.

The name of a file says its form: RDF, a workbook, StratML, or a text of the annex's form.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from stratgraph.assets import read_asset
from stratgraph.document import PLAIN_TEXT, Beside, Decision, Evidence, succession_name
from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.files import read_bytes
from stratgraph.formats import annex, rdf
from stratgraph.formats.annex.words import WORDS as ANNEX_WORDS
from stratgraph.formats.endings import RDF_ENDINGS, TEXT_ENDINGS, WORKBOOK_ENDINGS, XML_ENDINGS, given_elsewhere
from stratgraph.formats.rdf_editing import edited
from stratgraph.graph import is_iri
from stratgraph.identifiers import plan_identifiers, published_name
from stratgraph.plan_graph import to_statements
from stratgraph.serialisation import RDF_XML, TURTLE, form_of_file, to_bytes, turtle
from stratgraph.statements import origin
from stratgraph.terms import DCTERMS
from stratgraph.wording import listing

if TYPE_CHECKING:
    from stratgraph.document import PlanDocument, Source
    from stratgraph.formats.annex.description import AnnexDescription
    from stratgraph.formats.stratml import StratmlDescription
    from stratgraph.formats.words import FormWords
    from stratgraph.statements import StatedPlan

OWN_SOURCE: Final = ("sources", "resolution-71-annex.txt")
"""The source below ``data/`` that is read where none is named."""

_RDF_ROOT: Final = re.compile(rb"<\s*(?:\w+:)?RDF[\s>]")


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How large what is read may be; each is the setting of that name."""

    max_source_bytes: int
    max_plan_bytes: int
    max_expanded_bytes: int
    max_workbook_rows: int
    max_xml_depth: int
    max_xml_nodes: int


def read_revision(
    data: bytes, *, file: str, limits: ReadingLimits, description: tuple[bytes, str] | None = None
) -> StatedPlan:
    """What a file states.

    Args:
        data: its bytes.
        file: its name, which says the form.
        limits: on what is read.
        description: content and name of the TOML beside it, which says what a text or StratML does not say of itself.

    Raises:
        SourceError: it is not of its form.
        LimitError: it is too large.
        UsageError: its name says no form that we read, or one that a description does not go with.
    """
    name = file.lower()
    if name.endswith(TEXT_ENDINGS):
        described = annex.read_description(description[0], file=description[1]) if description else None
        plan = to_statements(_read_text(data, file, limits.max_source_bytes, description), file=file)
        return _following(plan, described)
    if name.endswith(WORKBOOK_ENDINGS):
        from stratgraph.formats import workbook  # noqa: PLC0415 - openpyxl, which other formats do without

        plan = workbook.read(
            data,
            file=file,
            max_bytes=limits.max_plan_bytes,
            max_expanded_bytes=limits.max_expanded_bytes,
            max_rows=limits.max_workbook_rows,
        )
        return _described_by_itself(plan, file, description)
    if name.endswith(XML_ENDINGS) and not _RDF_ROOT.search(data[:10_000]):
        return _read_stratml(data, file, limits, description)
    if not name.endswith(RDF_ENDINGS):
        readable = (*TEXT_ENDINGS, *WORKBOOK_ENDINGS, XML_ENDINGS[-1], *RDF_ENDINGS)
        raise given_elsewhere(file, readable) or UsageError(
            f"The name {file!r} does not say a form of plans.", mend=f"Use one of {', '.join(readable)}."
        )
    form = RDF_XML if name.endswith(XML_ENDINGS) else None
    plan = rdf.read(data, file=file, max_bytes=limits.max_plan_bytes, form=form)
    # Beside a file of XML it is taken along before anybody knows which XML that is.
    return plan if form else _described_by_itself(plan, file, description)


def _described_by_itself(plan: StatedPlan, file: str, description: tuple[bytes, str] | None) -> StatedPlan:
    """A plan whose form says what a description says of others."""
    if description and description[0].strip():
        raise UsageError(
            f"{file} says itself what a description says.",
            mend="Leave the description out: it goes with a text or StratML.",
        )
    return plan


def told_in_form_of(revision: StatedPlan, plan: StatedPlan) -> StatedPlan | None:
    """A plan as the form of a revision tells it: written in that form and read back, or what a text can say.

    Args:
        revision: as it was read.
        plan: the version that it revises.

    Returns:
        What that form says of the plan, which is less than the plan says; None where the form says everything.
    """
    from stratgraph.formats import stratml  # noqa: PLC0415 - other formats do without

    if revision.source.media_type == PLAIN_TEXT:
        said = annex.told(plan)
        return replace(plan, statements=said, notices=()) if len(said) < len(plan.statements) else None
    if revision.source.media_type != stratml.MEDIA_TYPE:
        return None
    data = stratml.write(plan)
    most = len(data)
    description = stratml.StratmlDescription(language=revision.language)
    return stratml.read(
        data, file=revision.file, max_bytes=most, max_depth=most, max_nodes=most, description=description
    )


def has_one_language(plan: StatedPlan) -> bool:
    """Whether the form that a plan was read from has its texts in one language."""
    from stratgraph.formats import stratml  # noqa: PLC0415 - other formats do without

    return plan.source.media_type in {PLAIN_TEXT, stratml.MEDIA_TYPE}


def words_of_form(plan: StatedPlan) -> FormWords | None:
    """What the form that a plan was read from calls the things that rules name; None of RDF, whose words rules use.

    Args:
        plan: as it was read.
    """
    if plan.source.media_type == PLAIN_TEXT:
        return ANNEX_WORDS
    if plan.headings:
        from stratgraph.formats import workbook  # noqa: PLC0415 - as above

        return workbook.WORDS
    from stratgraph.formats import stratml  # noqa: PLC0415 - as above

    return stratml.WORDS if plan.source.media_type == stratml.MEDIA_TYPE else None


def check_whole(revision: StatedPlan, former: StatedPlan, number: int) -> None:
    """Refuses a file from which a part of its form is missing: it does not say that all of that is withdrawn.

    Args:
        revision: as it was read.
        former: the version that it revises.
        number: of that version.

    Raises:
        SourceError: a workbook has no sheet or column for what that version says.
    """
    if revision.headings:
        from stratgraph.formats import workbook  # noqa: PLC0415 - openpyxl, which other formats do without

        workbook.check_whole(revision, former, number)


def read_file(path: Path | None, limits: ReadingLimits, description: tuple[bytes, str] | None = None) -> StatedPlan:
    """What a file states, with the description beside it (``NAME.toml``) where there is one.

    Args:
        path: of the file; the annex that comes with the program where None.
        limits: on what is read.
        description: content and name of what is taken in place of the one beside it.

    Raises:
        SourceError: the file cannot be read, or is not of its form.
        LimitError: it is too large.
        UsageError: there is no such file, or its name says no form that we read.
    """
    if path is None:
        return to_statements(read_annex(limits.max_source_bytes), file=OWN_SOURCE[1])
    is_text = path.suffix.lower() in (*TEXT_ENDINGS, *XML_ENDINGS)
    setting = "max_source_bytes" if is_text else "max_plan_bytes"
    data = read_bytes(path, most=getattr(limits, setting), setting=setting)
    return read_revision(data, file=str(path), limits=limits, description=description or _beside(path))


def write_revision(plan: StatedPlan, *, file: str, sent: StatedPlan | None = None) -> tuple[bytes, bool]:
    """A revision in the form that a file's name says, where that form can hold all that a plan may state.

    Args:
        plan: the revision.
        file: the name.
        sent: the revision as it was sent: where only single statements are others, its own text is edited.

    Returns:
        The file, and whether it is the text that was sent with nothing but these statements changed. Else it is written
        anew, without the comments and the order of the one that was sent.

    Raises:
        UsageError: it is not one of RDF or a workbook; or StratML was sent, and the name is that of other XML.
    """
    name = file.lower()
    if sent is not None and name.endswith(XML_ENDINGS) and sent.source.media_type != RDF_XML.media_types[0]:
        raise UsageError(
            f"A mended plan is not written as StratML, and {file!r} would be RDF/XML.",
            mend="Name a file of Turtle (.ttl) or a workbook (.xlsx).",
        )
    if sent is not None and not name.endswith(WORKBOOK_ENDINGS):
        form = form_of_file(file)
        if sent.source.media_type in form.media_types:
            text = edited(sent.source.text, form=form, known=sent.statements, wanted=plan.statements)
            if text is not None:
                return text.encode("utf-8"), True
    return _written(plan, file), False


def _written(plan: StatedPlan, file: str) -> bytes:
    name = file.lower()
    if name.endswith(WORKBOOK_ENDINGS):
        from stratgraph.formats import workbook  # noqa: PLC0415 - as above

        return workbook.write(
            plan.statements,
            identifiers=plan.identifiers,
            language=plan.language,
            rights=plan.source.rights,
            made_from=plan.made_from,
        )
    form = form_of_file(file)
    stated = (*plan.statements, *origin(plan.identifiers, plan.made_from))
    if form is TURTLE:
        note = f"Written by stratgraph from {published_name(plan.file)}. {plan.source.rights}".rstrip()
        return turtle(stated, base=plan.identifiers.base, comment=note)
    return to_bytes(sorted(stated, key=str), form)


def read_annex(max_source_bytes: int) -> PlanDocument:
    """The plan document of the annex that comes with the program.

    Raises:
        LimitError: it is larger than the setting of that name.
    """
    folder, name = OWN_SOURCE
    beside = str(Path(name).with_suffix(".toml"))
    description = (read_asset("data", folder, beside), beside)
    return _read_text(read_asset("data", folder, name), name, max_source_bytes, description)


def _read_text(data: bytes, file: str, max_bytes: int, description: tuple[bytes, str] | None) -> PlanDocument:
    described = annex.read_description(description[0], file=description[1]) if description else None
    document = annex.read(data, file=file, max_bytes=max_bytes, description=described)
    return replace(document, source=_with_beside(document.source, description))


def _with_beside(source: Source, description: tuple[bytes, str] | None) -> Source:
    """The source, with what its description was if there was one."""
    if description is None:
        return source
    data, file = description
    return replace(source, beside=Beside(published_name(file), hashlib.sha256(data).hexdigest()))


def _read_stratml(data: bytes, file: str, limits: ReadingLimits, description: tuple[bytes, str] | None) -> StatedPlan:
    from stratgraph.formats import stratml  # noqa: PLC0415 - other formats do without

    described = stratml.read_description(description[0], file=description[1]) if description else None
    plan = stratml.read(
        data,
        file=file,
        max_bytes=limits.max_source_bytes,
        max_depth=limits.max_xml_depth,
        max_nodes=limits.max_xml_nodes,
        description=described,
    )
    return _following(replace(plan, source=_with_beside(plan.source, description)), described)


def _following(plan: StatedPlan, described: AnnexDescription | StratmlDescription | None) -> StatedPlan:
    """The plan with what its description says of the plan of the period before, as somebody's decision.

    Raises:
        SourceError: it names no plan there, or an element that this plan does not have.
    """
    if described is None or not (described.replaces or described.successions):
        return plan
    where, name = Location(file=described.file), published_name(described.file)
    try:
        before = plan_identifiers(described.replaces)
    except UsageError as error:
        raise SourceError(
            f"The key replaces names no plan: {described.replaces!r}.", where=where, mend=error.mend
        ) from error
    replaced = {"": [before.plan_iri]}
    for new, old in described.successions:
        replaced.setdefault(new, []).append(before.iri_of(old))
    if wrong := next((iri for iri in (iri for some in replaced.values() for iri in some) if not is_iri(iri)), ""):
        raise SourceError(
            f"<{wrong}> is no IRI.", where=where, mend="Correct replaces, or the place in [[succession]], in it."
        )
    statements, decisions = dict(plan.statements), list(plan.decisions)
    for new, iris in replaced.items():
        iri = plan.identifiers.iri_of(new) if new else plan.identifiers.plan_iri
        if iri not in plan.graph:
            raise SourceError(
                f"The plan has no element at {new!r}.", where=where, mend="Correct the place in [[succession]]."
            )
        said = listing([f"<{one}>" for one in dict.fromkeys(iris)])
        decision = Decision(
            succession_name(new),
            f"{name} says so: {new or 'this plan'} replaces {said}.",
            by_rule=False,
            confidence=1.0,
        )
        decisions.append(decision)
        stated = (Triple(NamedNode(iri), NamedNode(DCTERMS.REPLACES), NamedNode(one)) for one in iris)
        statements |= dict.fromkeys(stated, Evidence(decisions=(decision.name,)))
    return replace(plan, statements=statements, decisions=tuple(decisions))


def _beside(path: Path) -> tuple[bytes, str] | None:
    beside = path.with_suffix(".toml")
    return (read_bytes(beside), str(beside)) if beside.is_file() else None
