"""What ``review`` and ``validate`` share: which reports are wanted, in which form, and where each goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from stratgraph.cli.terminal import out_bytes
from stratgraph.errors import UsageError
from stratgraph.files import write_bytes
from stratgraph.report_forms import forms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

OutputsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--output",
        "-o",
        help="Write the report to this file, in the form that its ending says; - is standard output. May be repeated.",
    ),
]

_STANDARD_OUTPUT: Final = Path("-")
_DEFAULT: Final = "text"


def wanted_reports(form: str | None, outputs: Sequence[Path] | None, names: Sequence[str]) -> list[tuple[str, Path]]:
    """The reports that are asked for: the form of each, and its file.

    Args:
        form: that is named; None where none is.
        outputs: the files that are named.
        names: of the forms that there are.

    Raises:
        UsageError: an ending says no form, or one form is named for several files.
    """
    files = outputs or [_STANDARD_OUTPUT]
    if form is not None and len(files) > 1:
        raise UsageError(
            "Several files are named, and one form.", mend="Leave --format out: the endings of the files say it."
        )
    return [(form or _form_of(file, names), file) for file in files]


def write_report(data: bytes, file: Path) -> None:
    """Writes a report into its file, or to standard output."""
    if is_standard_output(file):
        out_bytes([data])
    else:
        write_bytes(file, data)


def is_standard_output(file: Path) -> bool:
    """Whether standard output is meant."""
    return file == _STANDARD_OUTPUT


def _form_of(file: Path, names: Sequence[str]) -> str:
    ending = file.suffix.lower()
    if not ending:
        return _DEFAULT
    known = {form.extension: form.name for form in forms_of(names)}
    if ending not in known:
        raise UsageError(
            f"The ending of {file.name} says no form of a report.",
            mend=f"Use one of {', '.join(known)}, or say it: --format.",
        )
    return known[ending]
