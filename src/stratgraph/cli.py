"""The command line: words, calls, tables and exit codes. It holds no knowledge of its own.

Exit codes: 0 fine, 1 findings, 2 wrong use or an error. Results go to standard output and nothing else does.
"""

from __future__ import annotations

import socket
import sys
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stratgraph import __version__
from stratgraph.assets import query_text, read_asset
from stratgraph.errors import Location, SourceError, StoreError, StratgraphError, UsageError
from stratgraph.settings import Settings, pass_on, read_settings
from stratgraph.terms import IDENTIFIERS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stratgraph.store import Answer, Store

FOUND: Final = 1
WRONG: Final = 2
PIPE_WIDTH: Final = 120
_BACKLOG: Final = 1024

app = typer.Typer(
    name="stratgraph",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Strategic plans as a validated, queryable knowledge graph with provenance for every triple.",
)
_words = Console(stderr=True, highlight=False)

_SERVING: Final = """\
Serving at {address}/ (SPARQL at {address}/sparql). One query to try:

  curl -G {address}/sparql -H 'Accept: text/csv' --data-urlencode \\
    'query={query}'

Stop with Ctrl-C."""

StoreOption = Annotated[
    str | None, typer.Option("--store", help="Folder of the published snapshots, or address of a SPARQL server.")
]


class QueryFormat(StrEnum):
    """What ``query --format`` takes; table and tsv are the defaults on a terminal and in a pipe."""

    TABLE = "table"
    JSON = "json"
    XML = "xml"
    CSV = "csv"
    TSV = "tsv"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    RDFXML = "rdfxml"
    JSONLD = "jsonld"


class ExportFormat(StrEnum):
    """What ``export --format`` takes."""

    SOURCE = "source"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    RDFXML = "rdfxml"
    JSONLD = "jsonld"
    TRIG = "trig"
    NQUADS = "nquads"


class ReportFormat(StrEnum):
    """What ``validate --format`` takes."""

    TEXT = "text"
    JSON = "json"
    TURTLE = "turtle"


class EngineName(StrEnum):
    """What ``validate --engine`` takes."""

    SHACL = "shacl"
    PYSHACL = "pyshacl"


def main() -> None:
    """Runs the command line; an error of ours is told in its three parts, without a traceback."""
    try:
        app()
    except StratgraphError as error:
        _tell(error)
        sys.exit(WRONG)
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        sys.stderr.close()
        sys.exit(0)


def _tell(error: StratgraphError) -> None:
    where = f"{error.where}: " if error.where and str(error.where) else ""
    _words.print(f"[bold red]Error:[/] {escape(where + error.what)}", soft_wrap=True)
    if error.mend:
        _words.print(f"[bold]Mend:[/]  {escape(error.mend)}", soft_wrap=True)


@app.command()
def build(
    source: Annotated[
        Path | None, typer.Argument(help="Text of a plan; the annex to ITU Resolution 71 where left out.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Read a plan's text, check it against the shapes, and publish it as the current snapshot."""
    from stratgraph.publication import build as build_snapshot  # noqa: PLC0415 - other commands do without
    from stratgraph.store import RemoteAccess  # noqa: PLC0415 - likewise
    from stratgraph.validation import render  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    done = build_snapshot(
        source,
        settings.store,
        max_source_bytes=settings.max_source_bytes,
        kept_snapshots=settings.kept_snapshots,
        created=datetime.now(UTC),  # noqa: TID251 - a door: here the clock comes in
        remote=RemoteAccess.of(settings),
    )
    if done.snapshot is None:
        _out(render(done.report, "text"))
        _words.print("Nothing was published: the plan has Violations.")
        raise typer.Exit(FOUND)
    document = done.document
    warnings = len(done.report.findings)
    _words.print(
        f"Published [bold]{escape(document.title)}[/]: {len(document.elements)} elements, {done.quads:,} quads, "
        f"{warnings} warnings (stratgraph validate shows them), no violation. "
        f"Snapshot {done.snapshot.id} in {escape(settings.store)}.",
        soft_wrap=True,
    )


@app.command()
def query(
    text: Annotated[
        str | None, typer.Argument(help="SPARQL, the name of a documented query, or - for standard input.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read the query from this file.")] = None,
    form: Annotated[QueryFormat | None, typer.Option("--format", help="Form of the answer.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="NAME=VALUE of a documented query; may be repeated.")
    ] = None,
    list_queries: Annotated[bool, typer.Option("--list", help="List the documented queries.")] = False,  # noqa: FBT002
    show: Annotated[bool, typer.Option("--show", help="Print the query instead of asking it.")] = False,  # noqa: FBT002
    store: StoreOption = None,
) -> None:
    """Ask the published graph, without a server."""
    from stratgraph.federation import open_gateway  # noqa: PLC0415 - other commands do without
    from stratgraph.query import ask  # noqa: PLC0415 - likewise

    if list_queries:
        _list_queries()
        return
    question = _question(text, file, parameter or [])
    if show:
        _out(question)
        return
    settings = read_settings(store=store)
    chosen = form or (QueryFormat.TABLE if sys.stdout.isatty() else QueryFormat.TSV)
    with open_gateway(settings) as gateway, _open(settings) as opened:
        answer = ask(
            opened,
            question,
            _forms(chosen, is_default=form is None),
            max_query_bytes=settings.max_query_bytes,
            gateway=gateway,
        )
        with answer:
            _print_answer(answer, as_table=chosen is QueryFormat.TABLE)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any that is free.")] = None,
    store: StoreOption = None,
) -> None:
    """Serve the SPARQL endpoint and the pages."""
    import uvicorn  # noqa: PLC0415 - other commands do without

    settings = read_settings(host=host, port=port, store=store)
    with _open(settings):
        pass  # an error of the store is told before the server starts
    listener = _listener(settings.host, settings.port, stall_s=settings.stall_s)
    pass_on(settings)
    address = f"http://{_in_url(settings.host)}:{listener.getsockname()[1]}"
    _words.print(_SERVING.format(address=address, query=query_text("try-first").strip()), soft_wrap=True, markup=False)
    config = uvicorn.Config("stratgraph_api.app:create_app_from_environment", factory=True, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])


@app.command()
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD; the published plans where left out."
        ),
    ] = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="Form of the report.")] = ReportFormat.TEXT,
    engine: Annotated[EngineName, typer.Option(help="SHACL engine; pyshacl is the reference.")] = EngineName.SHACL,
    quiet: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--quiet", "-q", help="Print the counts alone where there is no Violation.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Check plans against the shapes: exit code 0 without a Violation, 1 with one."""
    from stratgraph.export import current_quads  # noqa: PLC0415 - other commands do without
    from stratgraph.validation import render, validate_files, validate_graph  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    if files:
        report = validate_files(files, engine=engine.value, max_plan_bytes=settings.max_plan_bytes)
    else:
        with _open(settings) as opened:
            report = validate_graph(current_quads(opened), engine=engine.value)
    on_terminal = sys.stdout.isatty()
    width = _words.width if on_terminal else PIPE_WIDTH
    if quiet and report.conforms:
        counts = ", ".join(f"{count} {severity}s" for severity, count in report.counts.items() if count)
        _words.print(f"Conforms: {counts or 'no finding'}.")
        return
    _out(render(report, form.value, width=width, colour=on_terminal))
    if not report.conforms:
        raise typer.Exit(FOUND)


@app.command()
def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="Form of the plan; source is the very file.")],
    plan: Annotated[str | None, typer.Option(help="IRI of the plan, where the store has several.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    store: StoreOption = None,
) -> None:
    """Write the current version of a plan, from the graph alone."""
    from stratgraph.export import export as export_plan  # noqa: PLC0415 - other commands do without

    with _open(read_settings(store=store)) as opened:
        data = export_plan(opened, form.value, plan=plan)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)


@app.command()
def reason(
    files: Annotated[
        list[Path] | None, typer.Argument(help="RDF to check with the ontology; the annex's graph where left out.")
    ] = None,
) -> None:
    """Prove by HermiT that the ontology, alone and with a plan, has no contradiction: exit code 1 if it has."""
    from stratgraph.reasoning import check_consistency  # noqa: PLC0415 - half a second that others do without
    from stratgraph.serialisation import read_rdf  # noqa: PLC0415 - likewise

    memory = read_settings().java_memory_mb
    data = {str(file): _read(file) for file in files or ()}
    if not files:
        data["data/plans/itu-2012-2015.ttl"] = read_asset("data", "plans", "itu-2012-2015.ttl")
    found = [("the ontology alone", check_consistency(java_memory_mb=memory))]
    for name, content in data.items():
        found.append((f"with {name}", check_consistency(read_rdf(content, file=name), java_memory_mb=memory)))
    _show(
        ("what", "consistent", "unsatisfiable classes", "classes", "individuals"),
        [
            (
                what,
                "yes" if one.consistent else "no",
                str(len(one.unsatisfiable)),
                str(one.classes),
                str(one.individuals),
            )
            for what, one in found
        ],
    )
    unsound = [(what, one) for what, one in found if not one.is_sound]
    for what, one in unsound:
        for sentence in one.explanation:
            _words.print(f"{what}: {sentence}", soft_wrap=True, markup=False)
    if unsound:
        raise typer.Exit(FOUND)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,  # noqa: FBT002
) -> None:
    if version:
        _out(f"stratgraph {__version__}")
        raise typer.Exit


# --- what the commands share ----------------------------------------------------------------------------------------


def _out(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def _open(settings: Settings) -> closing[Store]:
    """The store of the settings, closed at the end of a with statement."""
    from stratgraph.store import RemoteAccess, open_store  # noqa: PLC0415 - some commands do without

    return closing(
        open_store(settings.store, max_result_bytes=settings.max_result_bytes, remote=RemoteAccess.of(settings))
    )


def _show(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated lines in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            _out("\t".join(row))
        return
    table = Table(*columns, box=SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(highlight=False).print(table)
    _words.print(f"{table.row_count} rows", style="dim")


def _list_queries() -> None:
    from stratgraph.query import examples  # noqa: PLC0415 - only here

    rows = ((one.name, one.title, " ".join(p.name for p in one.parameters)) for one in examples())
    _show(("name", "what it answers", "parameters"), rows)


def _question(text: str | None, file: Path | None, parameters: list[str]) -> str:
    from stratgraph.query import example, fill  # noqa: PLC0415 - only here

    if (text is None) == (file is None):
        raise UsageError(
            "A query is needed, once.", mend="Give SPARQL, the name of a documented query (--list) or --file."
        )
    if file is not None:
        return _read(file).decode("utf-8")
    if text == "-":
        return sys.stdin.read()
    words = text or ""
    values = dict(one.partition("=")[::2] for one in parameters)
    if words.replace("-", "").isalnum():
        return fill(example(words), values)
    if values:
        raise UsageError("Only documented queries take parameters.", mend="Leave --param out, or name one (--list).")
    return words


def _forms(chosen: QueryFormat, *, is_default: bool) -> Any:
    from stratgraph.results import JSON, form_of_name  # noqa: PLC0415 - only here
    from stratgraph.serialisation import TURTLE  # noqa: PLC0415 - likewise
    from stratgraph.serialisation import form_of_name as graph_form  # noqa: PLC0415 - likewise
    from stratgraph.store import Forms  # noqa: PLC0415 - likewise

    if chosen is QueryFormat.TABLE:
        return Forms(JSON, TURTLE)
    if chosen.value in {"json", "xml", "csv", "tsv"}:
        # Only who did not choose gets the other kind's default; who chose is told that there is none.
        return Forms(form_of_name(chosen.value), TURTLE if is_default else None)
    return Forms(None, graph_form(chosen.value))


def _print_answer(answer: Answer, *, as_table: bool) -> None:
    from pyoxigraph import QuerySolutions, parse_query_results  # noqa: PLC0415 - only here

    from stratgraph.results import JSON  # noqa: PLC0415 - likewise

    if not (as_table and answer.form is JSON):
        for chunk in answer:
            sys.stdout.buffer.write(chunk)
        if sys.stdout.isatty():
            _out("")
        return
    found = parse_query_results(answer.read(), format=JSON.engine)
    if not isinstance(found, QuerySolutions):
        _out("yes" if found else "no")
        return
    _show([f"?{variable.value}" for variable in found.variables], ([_short(term) for term in row] for row in found))


def _short(term: object) -> str:
    """A term for people: an IRI by its prefix, or by its place below our identifiers; a literal by its words."""
    words = str(getattr(term, "value", term)) if term is not None else ""
    for name, iri in PREFIXES.items():
        if words.startswith(iri):
            return f"{name}:{words.removeprefix(iri)}"
    return words.removeprefix(IDENTIFIERS)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceError(
            f"The file cannot be read: {error.strerror}.", where=Location(file=str(file)), mend="Look at its name."
        ) from error


def _listener(host: str, port: int, *, stall_s: float) -> socket.socket:
    """A listening socket; a connection whose client takes nothing is given up some time after its answer was."""
    # Its protocol is named: only then asyncio sets TCP_NODELAY, without which each answer waits for 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(2000 * stall_s))
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise StoreError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}.",
            mend="Stop what listens there, or choose another address or --port.",
        ) from error
    return listener


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
