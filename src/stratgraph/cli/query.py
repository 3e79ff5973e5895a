"""``stratgraph query``."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from datetime import datetime  # noqa: TC003 - typer reads the annotation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

import typer

from stratgraph.cli import candidates
from stratgraph.cli.table import show
from stratgraph.cli.terminal import FOUND, StoreOption, app, cleared_at_interrupt, ending, out, published_store, say
from stratgraph.errors import StratgraphError, UsageError
from stratgraph.files import decoded, read_bytes
from stratgraph.settings import read_settings
from stratgraph.terms import shortened
from stratgraph.wording import counted

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from stratgraph.explanation import Explanation
    from stratgraph.federation import Gateway
    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm
    from stratgraph.settings import Settings
    from stratgraph.store import Dataset, Reading, Store


QueryFormat: TypeAlias = Literal[
    "table", "json", "xml", "csv", "tsv", "xlsx", "parquet", "markdown", "html",
    "turtle", "ntriples", "rdfxml", "jsonld",
]  # fmt: skip
"""What ``query --format`` takes; table and tsv are the defaults on a terminal and in a pipe."""


_QUERY_FILES: Final = (".rq", ".sparql")
"""What the names of files of queries end in."""

_LONGEST_PATH: Final = 1024


def _moment(text: str) -> datetime:
    """The time that ``--as-of`` names."""
    from stratgraph.history import moment_of  # noqa: PLC0415 - few ask for one

    try:
        return moment_of(text)
    except UsageError as error:
        number = f" The version of that number is asked with --version {text}." if text.isdecimal() else ""
        raise typer.BadParameter(f"{error.what} {error.mend}{number}") from error


@app.command(
    epilog=ending(
        "stratgraph query --list",
        "stratgraph query units --labels",
        "stratgraph query kpis-of-objective -p objective=itu-d/objective/5",
        "stratgraph query questions/mine.rq --output answer.xlsx",
        "stratgraph query objectives-at-a-glance --format csv",
        found="--explain found something",
    )
)
def query(
    text: Annotated[
        str | None,
        typer.Argument(
            help="SPARQL, the name of a documented query, a file of SPARQL, or - for standard input.",
            autocompletion=candidates.queries,
        ),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read the query from this file.")] = None,
    form: Annotated[QueryFormat | None, typer.Option("--format", help="Form of the answer.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the answer into this file.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            "-p",
            metavar="NAME=VALUE",
            help="A parameter of a documented query; may be repeated.",
            autocompletion=candidates.parameters,
        ),
    ] = None,
    list_queries: Annotated[bool, typer.Option("--list", help="List the documented queries.")] = False,  # noqa: FBT002
    show_text: Annotated[bool, typer.Option("--show", help="Print the query instead of asking it.")] = False,  # noqa: FBT002
    version: Annotated[int | None, typer.Option(help="Ask this version of a plan instead of the current view.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            help="Ask the version that was in force at the end of a day, or at a time of RFC 3339.",
            parser=_moment,
            metavar="DAY|TIME",
        ),
    ] = None,
    compare: Annotated[
        tuple[int, int] | None,
        typer.Option(metavar="NUMBER NUMBER", help="Ask two versions: the rows that only one of them has."),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            help="IRI of the plan of those versions, or that a documented query asks.", autocompletion=candidates.plans
        ),
    ] = None,
    labels: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--labels", help="Put a column of labels beside each column of IRIs.")
    ] = False,
    languages: Annotated[
        str, typer.Option("--lang", help="Languages of the labels, such as fr,en; a plan's own where left out.")
    ] = "",
    explain: Annotated[  # noqa: FBT002
        bool, typer.Option("--explain", help="Say what is wrong with the query, or why its answer is empty.")
    ] = False,
    deadline: Annotated[
        float | None, typer.Option(help="How many seconds it may take; the setting deadline_s where left out.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Ask the published graph, without a server."""
    if list_queries:
        _list_queries()
        return
    from stratgraph.cli.answers import asked_forms, chosen_format, give_out  # noqa: PLC0415 - other commands do without

    # What cannot be is told before the store is asked which plan is meant.
    chosen = chosen_format(form, output)
    if labels and compare is not None:
        raise UsageError("Compared rows have no labels.", mend="Leave --labels or --compare out.")
    settings = read_settings(store=store, deadline_s=deadline)
    question, is_of_plan = _question(text, file, parameter or [], settings, plan)
    if is_of_plan and version is None and as_of is None and compare is None:
        plan = None  # it stands in the question
    if show_text:
        out(question)
        return
    if explain:
        _explain(settings, question, version, as_of, plan)
        return
    from stratgraph.query import ask  # noqa: PLC0415 - other commands do without
    from stratgraph.store import limited_store_of  # noqa: PLC0415 - likewise
    from stratgraph.store.spool import taken  # noqa: PLC0415 - likewise

    if compare is not None:
        _compare(settings, question, compare, plan, chosen)
        return
    # In this order: the gateway has threads.
    with cleared_at_interrupt(), closing(limited_store_of(settings)) as opened, _gateway(settings) as gateway:
        dataset = _dataset(opened, version, as_of, plan)
        answer = ask(
            opened,
            question,
            asked_forms(chosen, is_default=form is None and output is None, has_labels=labels),
            dataset,
            max_query_bytes=settings.max_query_bytes,
            gateway=gateway,
        )
        # The reader of the output may take its time; the process that answers may not.
        with taken(answer, settings.max_result_bytes) as whole:
            beginning = give_out(whole, opened, chosen, output, languages if labels else None)
        _tell_why_empty(opened, question, dataset, answer.form, beginning)


def _tell_why_empty(
    store: Store, question: str, dataset: Dataset, form: ResultForm | RdfForm, beginning: bytes
) -> None:
    """Says on standard error what was found about a query whose answer has nothing, a line for each finding."""
    from stratgraph.paging import has_nothing  # noqa: PLC0415 - only here

    if not has_nothing(form, beginning):
        return
    from stratgraph.explanation import MAX_SECONDS, explain  # noqa: PLC0415 - few answers are empty
    from stratgraph.store import Caller  # noqa: PLC0415 - likewise

    try:
        with store.reading(Caller(deadline_s=MAX_SECONDS)) as reading:
            explanation = explain(question, reading, dataset=dataset)
    except StratgraphError as error:
        say(f"Why the answer is empty was not found out: {error.what}", style="dim", markup=False)
        return
    _tell_findings(explanation)


def _tell_findings(explanation: Explanation) -> None:
    for found in explanation.findings:
        say(found.sentence, markup=False)
    if explanation.left_out:
        say(explanation.left_out, style="dim", markup=False)


def _explain(settings: Settings, question: str, version: int | None, as_of: datetime | None, plan: str | None) -> None:
    """Explains a query in place of answering it; exits with 1 where something was found."""
    from stratgraph.explanation import ask_and_explain  # noqa: PLC0415 - only here
    from stratgraph.store import Caller, limited_store_of  # noqa: PLC0415 - likewise

    with cleared_at_interrupt(), closing(limited_store_of(settings)) as opened, _gateway(settings) as gateway:
        dataset = _dataset(opened, version, as_of, plan)
        with opened.reading(Caller(deadline_s=settings.deadline_s)) as reading:
            explanation = ask_and_explain(
                question, reading, dataset=dataset, max_query_bytes=settings.max_query_bytes, gateway=gateway
            )
    columns = ("line", "column", "kind", "what", "mend")
    show(columns, ([str(f.where.line), str(f.where.column), f.kind, f.what, f.mend] for f in explanation.findings))
    if explanation.left_out:
        say(explanation.left_out, style="dim", markup=False)
    if explanation.findings:
        raise typer.Exit(FOUND)


def _gateway(settings: Settings) -> AbstractContextManager[Gateway | None]:
    if not settings.service_allow_list:
        return nullcontext()
    from stratgraph.federation import open_gateway  # noqa: PLC0415 - a tenth of the time that most questions take

    return open_gateway(settings)


def _dataset(reading: Reading, number: int | None, as_of: datetime | None, plan: str | None) -> Dataset:
    """The dataset to ask: the store's own, or that of a version."""
    from stratgraph.store import WHOLE  # noqa: PLC0415 - only here

    if number is None and as_of is None:
        if plan is not None:
            raise UsageError(
                "A plan is named for one of its versions, and no version is.",
                mend="Say --version or --as-of; without all three, what is in force of all plans is asked.",
            )
        return WHOLE
    from stratgraph.history import chosen_plan, chosen_version, dataset_of, versions_of  # noqa: PLC0415 - likewise

    if number is not None and as_of is not None:
        raise UsageError("A version is named by its number or by a time.", mend="Leave --version or --as-of out.")
    versions = versions_of(reading, chosen_plan(reading, plan))
    return dataset_of(reading, chosen_version(versions, number, as_of=as_of))


def _compare(settings: Settings, question: str, numbers: tuple[int, int], plan: str | None, form: QueryFormat) -> None:
    from stratgraph.history import compare_rows  # noqa: PLC0415 - only here
    from stratgraph.query import check_length  # noqa: PLC0415 - likewise
    from stratgraph.results import JSON  # noqa: PLC0415 - likewise
    from stratgraph.store import Forms, Screen, limited_store_of, solutions_of  # noqa: PLC0415 - likewise

    if form not in {"table", "tsv"}:
        raise UsageError("Compared rows are a table or tab-separated lines.", mend="Use --format tsv.")
    check_length(question, settings.max_query_bytes)
    wanted = Forms(solutions=JSON, graph=None)
    with cleared_at_interrupt(), closing(limited_store_of(settings)) as opened:
        before, after = (
            solutions_of(opened.answer(question, wanted, _dataset(opened, number, None, plan), screen=Screen()))
            for number in numbers
        )
    rows = compare_rows(before, after)
    show(["", *(f"?{name}" for name in after.variables)], ([mark, *map(_short, row)] for mark, row in rows))
    kept = len(before.rows) - sum(mark == "-" for mark, _ in rows)
    say(
        f"{counted(kept, 'row')} {'is' if kept == 1 else 'are'} in both versions, {len(rows)} in one of them.",
        style="dim",
    )


def _path_of(given: str) -> Path | None:
    """The file that is meant where somebody gives one in place of a query; None where it is none.

    Raises:
        UsageError: it looks like a file that is not there.
    """
    if len(given) > _LONGEST_PATH or "\n" in given or "\0" in given or given.replace("-", "").isalnum():
        return None
    path = Path(given)
    if path.is_file():
        return path
    # Every query has a blank or a brace.
    if not set(given) & set(" \t{}") and (path.suffix in _QUERY_FILES or "/" in given):
        raise UsageError(
            f"There is no file {given}.", mend="Look at its name; or give SPARQL, or a documented query (--list)."
        )
    return None


def _named_value(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not sign:
        raise UsageError(f"The parameter {given} has no value.", mend=f"Write it as --param {given}=VALUE.")
    return name, value


def _list_queries() -> None:
    from stratgraph.query import examples  # noqa: PLC0415 - only here

    rows = ((one.name, one.title, " ".join(p.name for p in one.parameters)) for one in examples())
    show(("name", "what it answers", "parameters"), rows, whole=("name",))


def _question(
    text: str | None, file: Path | None, parameters: list[str], settings: Settings, plan: str | None
) -> tuple[str, bool]:
    """The query that is to be asked, and whether it is one of the plan that is named."""
    if (text is None) == (file is None):
        raise UsageError(
            "A query is needed, once.", mend="Give SPARQL, the name of a documented query (--list) or --file."
        )
    if file is not None:
        return decoded(read_bytes(file), str(file)), False
    if text == "-":
        return decoded(sys.stdin.buffer.read(), "standard input"), False
    given = text or ""
    if (path := _path_of(given)) is not None:
        return decoded(read_bytes(path), str(path)), False
    values = dict(map(_named_value, parameters))
    if given.replace("-", "").isalnum():
        return _documented(given, values, settings, plan)
    if values:
        raise UsageError("Only documented queries take parameters.", mend="Leave --param out, or name one (--list).")
    return given, False


def _documented(name: str, values: dict[str, str], settings: Settings, plan: str | None) -> tuple[str, bool]:
    """The text of a documented query for the plans that the store has; where they choose a value, that is said."""
    from stratgraph.choices import filled_for, needs_store  # noqa: PLC0415 - only here
    from stratgraph.history import chosen_plan  # noqa: PLC0415 - likewise
    from stratgraph.query import example, fill  # noqa: PLC0415 - likewise

    wanted = example(name)
    if not needs_store(wanted, values):
        return fill(wanted, values), False
    with cleared_at_interrupt(), published_store(settings) as opened:
        if opened is None:
            return fill(wanted, values), False
        with opened.reading() as reading:
            if plan is not None:
                chosen_plan(reading, plan)
            filled = filled_for(reading, wanted, values, plan or "")
    question = filled.question
    if filled.note:
        say(filled.note, style="dim", markup=False)
    return question, plan is not None


def _short(term: object) -> str:
    """A term for people: an IRI shortened, a literal by its words."""
    if term is None:
        return ""
    text = str(getattr(term, "value", term))
    return text if hasattr(term, "datatype") else shortened(text)
