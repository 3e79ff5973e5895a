"""How ``stratgraph query`` gives an answer out: as a table, in a form, into a file, with labels."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final, get_args

from pyoxigraph import NamedNode, QuerySolutions, parse_query_results

from stratgraph.cli.query import QueryFormat
from stratgraph.cli.table import Iri, show_table
from stratgraph.cli.terminal import languages_of, out, out_bytes
from stratgraph.errors import UsageError
from stratgraph.files import write_bytes
from stratgraph.results import HTML, JSON, RESULT_FORMS, ResultForm, understood, write_results
from stratgraph.serialisation import RDF_FORMS, TURTLE
from stratgraph.store import Forms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stratgraph.serialisation import RdfForm
    from stratgraph.store import Answer, Reading, Store

_PACKED: Final = ("xlsx", "parquet")
"""Forms that are no text."""

_SOLUTIONS: Final = {form.name: form for form in (*RESULT_FORMS, HTML)}
_GRAPHS: Final = {form.name: form for form in RDF_FORMS}


def chosen_format(form: QueryFormat | None, output: Path | None) -> QueryFormat:
    """The form that is asked for, or else the one that the ending of the file says, or the default.

    Raises:
        UsageError: the ending says none, or the form is none for where the answer goes.
    """
    chosen = form or (_of_ending(output) if output else "table" if sys.stdout.isatty() else "tsv")
    if chosen in _PACKED and output is None and sys.stdout.isatty():
        raise UsageError(f"A terminal does not show {chosen}.", mend="Name a file: --output FILE.")
    if chosen == "table" and output is not None:
        raise UsageError("A table is made for a terminal.", mend="Leave --format out, or use markdown or csv.")
    return chosen


def _of_ending(file: Path) -> QueryFormat:
    known: dict[str, QueryFormat] = {"": "tsv"}
    for name in get_args(QueryFormat):
        if form := _SOLUTIONS.get(name):
            known |= {f".{name}": name, form.extension: name}
        elif graph := _GRAPHS.get(name):
            known |= dict.fromkeys(graph.extensions, name)
    ending = file.suffix.lower()
    if ending in known:
        return known[ending]
    raise UsageError(
        f"The ending of {file.name} says no form of an answer.",
        mend=f"Use one of {', '.join(filter(None, sorted(known)))}, or say it: --format.",
    )


def asked_forms(chosen: QueryFormat, *, is_default: bool, has_labels: bool) -> Forms:
    """The forms in which the store is to answer; a table, a page and labels are made here, of JSON."""
    if chosen in _GRAPHS:
        return Forms(None, _GRAPHS[chosen])
    form = JSON if has_labels or chosen in {"table", HTML.name} else _SOLUTIONS[chosen]
    # Without a choice, the other kind's default applies; an explicit choice that is not available is an error.
    return Forms(form, TURTLE if chosen == "table" or is_default else None)


def give_out(answer: Answer, store: Store, chosen: QueryFormat, output: Path | None, languages: str | None) -> bytes:
    """Gives an answer out, and to the caller its beginning, or all of it where it is short.

    Args:
        answer: in the form that was asked of the store.
        store: that labels come from.
        chosen: the form that the user gets.
        output: the file, or None.
        languages: of labels; None where there are to be none.

    Raises:
        UsageError: labels are asked for, and it is a graph.
    """
    if languages is not None and answer.form is not JSON:
        raise UsageError("Labels stand beside the rows of a SELECT.", mend="Leave --labels out.")
    is_made_here = answer.form is JSON and (languages is not None or chosen in {"table", HTML.name})
    if not is_made_here and output is None:
        return _print_chunks(answer)
    data = answer.read()
    if languages is not None:
        with store.reading() as reading:
            data = _with_labels(data, reading, languages)
    if is_made_here and chosen == "table":
        _print_table(data)
        return data
    made = _rewritten(data, chosen) if is_made_here else data
    if output is not None:
        write_bytes(output, made)
    else:
        out_bytes([made] if chosen in _PACKED or made.endswith(b"\n") else [made, b"\n"])
    return data


def _with_labels(answer: bytes, reading: Reading, languages: str) -> bytes:
    """An answer in JSON with labels in these languages, which blanks or commas divide."""
    from stratgraph.labelled import with_labels  # noqa: PLC0415 - few ask for them

    return with_labels(answer, reading, languages_of(languages))


def _print_chunks(answer: Answer) -> bytes:
    """Prints an answer as it comes, text with a newline at its end, and gives its beginning."""
    beginning = end = b""

    def passed_on() -> Iterator[bytes]:
        nonlocal beginning, end
        for chunk in answer:
            beginning, end = beginning or chunk, chunk or end
            yield chunk
        if _is_text(answer.form) and not end.endswith(b"\n"):
            yield b"\n"

    out_bytes(passed_on())
    return beginning


def _is_text(form: ResultForm | RdfForm) -> bool:
    return not isinstance(form, ResultForm) or form.is_text


def _print_table(answer: bytes) -> None:
    """Prints an answer in JSON as a table for people; one to ASK as ``yes`` or ``no``."""
    with understood():
        found = parse_query_results(answer, format=JSON.engine)
    if not isinstance(found, QuerySolutions):
        out("yes" if found else "no")
        return
    try:
        with understood():
            rows = [[_cell(term) for term in row] for row in found]
    except MemoryError as error:  # of the parser, which reads no text of 16 megabytes
        raise UsageError("A cell of the answer is too long for a table.", mend="Use --format json.") from error
    show_table([f"?{variable.value}" for variable in found.variables], rows)


def _cell(term: object) -> str:
    """A term for people: a literal by its words."""
    if term is None:
        return ""
    return Iri(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))


def _rewritten(answer: bytes, chosen: QueryFormat) -> bytes:
    """An answer in JSON in another form of solutions.

    Raises:
        NotAcceptable: the form cannot hold it.
    """
    if chosen == JSON.name:
        return answer
    made = io.BytesIO()
    with understood():
        write_results(parse_query_results(answer, format=JSON.engine), made, _SOLUTIONS[chosen])
    return made.getvalue()
