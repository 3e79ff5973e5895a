"""What the ending of a file's name says of its form, and what is told of one that is not read where it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.serialisation import RDF_FORMS
from stratgraph.terms import RDF_NS

if TYPE_CHECKING:
    from collections.abc import Collection

TEXT_ENDINGS: Final = (".txt",)
WORKBOOK_ENDINGS: Final = (".xlsx",)
XML_ENDINGS: Final = (".xml", ".stratml")
"""Of StratML; RDF/XML, too, is often called so, and is told by its root element."""

RDF_ENDINGS: Final = tuple(ending for form in RDF_FORMS for ending in form.extensions)

_OTHER_TABLES: Final = (".ods", ".fods", ".xls", ".xlsb", ".xlsm", ".numbers", ".csv", ".tsv")
"""Endings of tables that we do not read, and that what wrote them can save as a workbook."""

_REVIEW: Final = "review, which makes statements of it and checks them; it needs no published plan."


def given_elsewhere(name: str, readable: Collection[str] = RDF_ENDINGS) -> UsageError | None:
    """What is told of a file that is of no form that is read here, where another way is known to give it; else None.

    Args:
        name: of the file.
        readable: the endings of the names of what is read here; RDF alone where its statements are asked as they stand.
    """
    ending = name.lower()
    is_table, reads_all = ending.endswith(_OTHER_TABLES), set(WORKBOOK_ENDINGS) <= set(readable)
    if ending.endswith(tuple(readable)) or not ending.endswith(
        (*_OTHER_TABLES, *TEXT_ENDINGS, *WORKBOOK_ENDINGS, *XML_ENDINGS)
    ):
        return None
    what = "a table of a form that is not read" if reads_all else "no RDF, whose statements are checked as they stand"
    give = "Save it in a spreadsheet program as XLSX, and give that" if is_table else "Give it"
    return UsageError(f"{name} is {what}.", mend=f"{give}." if reads_all else f"{give} to {_REVIEW}")


def refuse_other_forms(data: bytes, name: str) -> None:
    """Refuses what is to be RDF and is another form of plans, by its name or, of XML, by its beginning.

    Raises:
        UsageError: its name says so.
        SourceError: it is XML that does not know RDF: StratML, most likely.
    """
    if refused := given_elsewhere(name):
        raise refused
    if name.lower().endswith(XML_ENDINGS) and data.strip() and RDF_NS.encode() not in data[:10_000]:
        raise SourceError(
            "The file is XML and no RDF, whose statements are checked as they stand.",
            where=Location(file=name),
            mend=f"Where it is StratML, give it to {_REVIEW}",
        )
