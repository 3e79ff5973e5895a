"""``/export``: a version of a plan as a file, in the forms that ``stratgraph export`` knows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response

from stratgraph.catalogue import EXPORTS, downloads_of
from stratgraph.errors import UsageError
from stratgraph.history import chosen_plan, chosen_version, versions_of
from stratgraph.identifiers import slug, whole_number
from stratgraph.serialisation import RDF_FORMS
from stratgraph.terms import IDENTIFIERS
from stratgraph_api.http.behalf import run_on_behalf
from stratgraph_api.http.models import ProblemDetail
from stratgraph_api.http.negotiation import content_type
from stratgraph_api.http.parameters import Parameters, parse_parameters
from stratgraph_api.work.tasks import export_version

if TYPE_CHECKING:
    from stratgraph.catalogue import Download
    from stratgraph.history import Version
    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Store
    from stratgraph_api.work.jobs import Jobs

_ENDINGS: Final = {form.name: form.extensions[0] for form in RDF_FORMS} | {"xlsx": ".xlsx", "stratml": ".xml"}
_SOURCE_ENDINGS: Final = {form.media_types[0]: form.extensions[0] for form in RDF_FORMS} | {
    "text/plain": ".txt",
    "application/xml": ".xml",
    "text/xml": ".xml",
}


async def export_plan(request: Request) -> Response:
    """The file; a workbook takes a second, so it is made in a process of its own, as reviews are."""
    parameters = parse_parameters(request.scope["query_string"])
    version, download = await run_on_behalf(request, lambda: _chosen(request, parameters))
    settings: Settings = request.state.settings
    jobs: Jobs = request.state.jobs
    plan = version.identifiers.plan_iri
    with jobs.admitted(request):
        work = partial(export_version, settings, download.export.name, plan, version.number)
        document = await jobs.run(request, work)
    ending = _ENDINGS.get(download.export.name) or _SOURCE_ENDINGS.get(download.media_type, "")
    name = f"{slug(version.iris.graph.removeprefix(IDENTIFIERS))}{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": content_type(download.media_type),
        "Cache-Control": "no-cache",
    }
    return Response(document.body, headers=headers)


def _chosen(request: Request, parameters: Parameters) -> tuple[Version, Download]:
    store: Store = request.state.open_store()
    form = _one(parameters, "format")
    told = _one(parameters, "version")
    number = whole_number(told)
    if told and number is None:
        raise UsageError(f"The version cannot be {told[:30]!r}.", mend="Give its number, 1 or more.")
    plan = chosen_plan(store, _one(parameters, "plan") or None)
    version = chosen_version(versions_of(store, plan), number)
    known = {download.export.name: download for download in downloads_of(version)}
    if form not in known:
        raise UsageError(f"There is no form {form!r} of this version.", mend=f"Use format={', format='.join(known)}.")
    return version, known[form]


def _one(parameters: Parameters, name: str) -> str:
    values = parameters.all(name)
    if len(values) > 1:
        raise UsageError(f"The parameter {name} is there {len(values)} times.", mend="Give it once.")
    return next(iter(values), "")


# --- what OpenAPI shows

_TEXT: Final = {"type": "string"}
RESPONSES: Final[dict[int | str, dict[str, object]]] = {
    200: {
        "description": "The file.",
        "content": {export.media_type or "text/plain": {"schema": _TEXT} for export in EXPORTS},
    },
    400: {"model": ProblemDetail, "description": "A plan has to be named, or there is no such form."},
    404: {"model": ProblemDetail, "description": "There is no such plan, or no such version of it."},
    503: {"model": ProblemDetail, "description": "There is no snapshot to read, or too many ask at once."},
}
DOCUMENTATION: Final[dict[str, object]] = {
    "parameters": [
        {
            "name": "format",
            "in": "query",
            "required": True,
            "schema": {"type": "string", "enum": [export.name for export in EXPORTS]},
            "description": "The form of the file; `source` is the document that the version was read from.",
        },
        {
            "name": "plan",
            "in": "query",
            "schema": {"type": "string", "format": "iri"},
            "description": "IRI of the plan; needed where there are several.",
        },
        {
            "name": "version",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1},
            "description": "Number of the version; the newest without it.",
        },
    ]
}
