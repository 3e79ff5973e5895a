"""The forms in which a report or a review is sent, and which of them a client gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from stratgraph.errors import UsageError
from stratgraph.report_forms import forms_of
from stratgraph_api.http.negotiation import accept_field, choose, content_type
from stratgraph_api.http.problems import ReportNotAcceptableError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from starlette.datastructures import Headers

    from stratgraph.report_forms import ReportForm


def response_with(form: ReportForm, body: bytes, *, name: str, policy: str = "") -> Response:
    """The response with a report in a form, which is kept by nobody.

    Args:
        form: of the report.
        body: the report.
        name: of a file that it may be saved as, without its ending.
        policy: what a page that stands alone may load, as Content-Security-Policy says it.
    """
    headers = {
        "Content-Type": content_type(form.media_types[0]),
        "Content-Disposition": f'inline; filename="{name}{form.extension}"',
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }
    return Response(body, headers=headers | ({"Content-Security-Policy": policy} if policy else {}))


def offered(names: Collection[str]) -> tuple[ReportForm, ...]:
    """The forms called so, the one first that a client gets who does not say: JSON."""
    return tuple(sorted(forms_of(names), key=lambda form: form.name != "json"))


def report_form(headers: Headers, name: str, forms: Sequence[ReportForm]) -> ReportForm:
    """The form that a client gets: by ``format``, a name or a media type, or else by ``Accept``.

    Raises:
        UsageError: there is no such format.
        ReportNotAcceptableError: the client accepts none of them.
    """
    for form in forms:
        if name == form.name or name.lower() in form.media_types:
            return form
    if name:
        raise UsageError(f"There is no format {name!r}.", mend=f"Use one of {', '.join(f.name for f in forms)}.")
    by_type = {media_type: form for form in forms for media_type in form.media_types}
    # Registered types before the others, so that a wildcard gives the first form's own.
    first = dict.fromkeys(form.media_types[0] for form in forms)
    chosen = choose(accept_field(headers), [*first, *(t for t in by_type if t not in first)])
    if chosen is None:
        available = tuple(first)
        raise ReportNotAcceptableError(
            "The report has no format that is accepted.",
            mend=f"Accept one of {', '.join(available)}.",
            available=available,
        )
    return by_type[chosen]
