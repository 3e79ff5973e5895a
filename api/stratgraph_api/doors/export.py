"""``/export``: a version of a plan as a file, in the forms that ``stratgraph export`` knows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response

from stratgraph.catalogue import EXPORTS, downloads_of
from stratgraph.errors import UsageError
from stratgraph.history import chosen_plan, chosen_version, versions_of
from stratgraph.identifiers import slug
from stratgraph.serialisation import RDF_FORMS
from stratgraph.terms import IDENTIFIERS
from stratgraph_api.http.behalf import run_on_behalf
from stratgraph_api.http.negotiation import content_type
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.parameters import Iri, Number
from stratgraph_api.work.tasks import export_version

if TYPE_CHECKING:
    from stratgraph.catalogue import Download
    from stratgraph.history import Version
    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Reading
    from stratgraph_api.work.jobs import Jobs

_ENDINGS: Final = {form.name: form.extensions[0] for form in RDF_FORMS} | {"xlsx": ".xlsx", "stratml": ".xml"}
_SOURCE_ENDINGS: Final = {form.media_types[0]: form.extensions[0] for form in RDF_FORMS} | {
    "text/plain": ".txt",
    "application/xml": ".xml",
    "text/xml": ".xml",
}
_NAMES: Final = [export.name for export in EXPORTS]
_FORMAT: Final = "The form of the file; `source` is the document that the version was read from."


async def export_plan(
    request: Request,
    form: Annotated[str, Query(alias="format", description=_FORMAT, json_schema_extra={"enum": _NAMES})],
    plan: Annotated[Iri, Query(description="IRI of the plan; needed where there are several.")] = "",
    number: Annotated[
        Number, Query(alias="version", description="Number of the version, from 1; the newest without it.")
    ] = None,
) -> Response:
    """The file; a workbook takes a second, so it is made in a process of its own, as reviews are."""
    version, download = await run_on_behalf(request, lambda: _chosen(request, form, plan, number))
    settings: Settings = request.state.settings
    jobs: Jobs = request.state.jobs
    with jobs.admitted(request):
        work = partial(export_version, settings, form, version.identifiers.plan_iri, version.number)
        document = await jobs.run(request, work)
    ending = _ENDINGS.get(form) or _SOURCE_ENDINGS.get(download.media_type, "")
    name = f"{slug(version.iris.graph.removeprefix(IDENTIFIERS))}{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": content_type(download.media_type),
        "Cache-Control": "no-cache",
    }
    return Response(document.body, headers=headers)


def _chosen(request: Request, form: str, plan: str, number: int | None) -> tuple[Version, Download]:
    reading: Reading = request.state.open_reading()
    version = chosen_version(versions_of(reading, chosen_plan(reading, plan or None)), number)
    known = {download.export.name: download for download in downloads_of(version)}
    if form not in known:
        raise UsageError(f"There is no form {form!r} of this version.", mend=f"Use format={', format='.join(known)}.")
    return version, known[form]


ANSWERS: Final = answers(
    "The file.",
    (export.media_type or "text/plain" for export in EXPORTS),
    *(429, 503, 504),
    also={
        400: "A plan has to be named, or there is no such form.",
        404: "There is no such plan, or no such version of it.",
    },
)
