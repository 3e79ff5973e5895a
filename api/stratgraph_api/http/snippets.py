"""How the same question is asked from elsewhere: an address, and a few lines for curl, Python, R and Power Query."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMAT: Final = "format"
_COMMA: Final = ", "
_SAFE: Final = ":/?&=-._~"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines that ask a question.

    Args:
        tool: what takes them.
        text: the lines, as they are typed.
    """

    tool: str
    text: str


def snippets_of(address: str, pairs: Sequence[tuple[str, str]], *, is_graph: bool) -> tuple[Snippet, ...]:
    """The lines for each tool that reads an answer of this kind.

    Args:
        address: of the door, without parameters.
        pairs: names and values of the parameters, without that of the format.
        is_graph: whether the answer is a graph.
    """
    form = "turtle" if is_graph else "csv"
    whole = [*pairs, (_FORMAT, form)]
    url = f"{address}?{urlencode(whole, quote_via=quote, safe=_SAFE)}"
    found = [Snippet("Address", url), Snippet("curl", _curl(address, whole))]
    if is_graph:
        return (*found, Snippet("Python (rdflib)", _rdflib(address, whole)))
    return (
        *found,
        Snippet("Python (pandas)", _pandas(address, whole)),
        Snippet("R", _r(address, whole)),
        Snippet("Excel and Power BI (Power Query)", _power_query(address, whole)),
    )


def _curl(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    values = (f"  --data-urlencode {_in_shell(f'{name}={value}')}" for name, value in pairs)
    return " \\\n".join((f"curl --get {_in_shell(address)}", *values))


def _in_shell(text: str) -> str:
    """As POSIX quotes it: everything between single quotes stands for itself."""
    return "'" + text.replace("'", "'\\''") + "'"


def _pandas(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    return _python("import pandas as pd", address, pairs, "answer = pd.read_csv(address)\nprint(answer)")


def _rdflib(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    last = 'answer = Graph().parse(address, format="turtle")\nprint(len(answer))'
    return _python("from rdflib import Graph", address, pairs, last)


def _python(first: str, address: str, pairs: Sequence[tuple[str, str]], last: str) -> str:
    values = "".join(f"    {_in_python(name)}: {_in_python(value)},\n" for name, value in pairs)
    asked = f"{{\n{values}}}" if len({name for name, _ in pairs}) == len(pairs) else _listed(pairs)
    return (
        f"from urllib.parse import urlencode\n\n{first}\n\nparameters = {asked}\n"
        f"address = {_in_python(f'{address}?')} + urlencode(parameters)\n{last}"
    )


def _listed(pairs: Sequence[tuple[str, str]]) -> str:
    """Names may repeat, which those of a dict do not."""
    values = "".join(f"    ({_in_python(name)}, {_in_python(value)}),\n" for name, value in pairs)
    return f"[\n{values}]"


def _in_python(text: str) -> str:
    """A string of Python: of several lines between three quotation marks, as it reads best."""
    if "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"') and _is_tame(text):
        return f'"""{text}"""'
    return json.dumps(text, ensure_ascii=False)


def _is_tame(text: str) -> bool:
    return all(character == "\n" or character.isprintable() for character in text)


def _r(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    values = ",\n".join(f"  {_name_in_r(name)} = {_in_r(value)}" for name, value in pairs)
    return (
        f"parameters <- c(\n{values}\n)\n"
        'encoded <- vapply(enc2utf8(parameters), URLencode, "", reserved = TRUE)\n'
        f"address <- paste0({_in_r(f'{address}?')}, "
        'paste(names(parameters), encoded, sep = "=", collapse = "&"))\n'
        'answer <- read.csv(address, encoding = "UTF-8", check.names = FALSE)\n'
        "print(answer)"
    )


def _name_in_r(name: str) -> str:
    """A name of R; one that has other characters than letters stands between backticks."""
    return name if name.isidentifier() else f"`{name}`"


def _in_r(text: str) -> str:
    """A string of R (help page ``Quotes``); of several lines in its raw form, which is there since R 4.0."""
    if "\n" in text and ")---" not in text and _is_tame(text):
        return f'r"---({text})---"'
    return json.dumps(text, ensure_ascii=False)


def _power_query(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(_in_m(value))
    values = ",\n".join(
        f"      {_name_in_m(name)} = {several[0] if len(several) == 1 else f'{{{_COMMA.join(several)}}}'}"
        for name, several in grouped.items()
    )
    return (
        "let\n"
        f"  Sent = Web.Contents({_in_m(address)}, [\n"
        f"    Query = [\n{values}\n    ]\n  ]),\n"
        "  Lines = Csv.Document(Sent, [Encoding = 65001]),\n"
        "  Answer = Table.PromoteHeaders(Lines, [PromoteAllScalars = true])\n"
        "in\n  Answer"
    )


def _name_in_m(name: str) -> str:
    return name if name.isidentifier() else f'#"{name}"'


def _in_m(text: str) -> str:
    """A text literal of Power Query M (section 3.4.1.3): quotation marks doubled, line breaks as escapes."""
    escaped = text.replace("#(", "#(#)(").replace('"', '""')
    return '"' + escaped.replace("\r", "#(cr)").replace("\n", "#(lf)").replace("\t", "#(tab)") + '"'
