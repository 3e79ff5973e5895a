"""The application: the one table of routes, the middleware, and the store that lives as long as it."""

from __future__ import annotations

import gc
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette import routing
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware, add_compress_type

from stratgraph.errors import Cancelled, RemoteError, StoreError, StratgraphError
from stratgraph.federation import open_gateway
from stratgraph.results import RESULT_FORMS
from stratgraph.search import CurrentWords
from stratgraph.serialisation import RDF_FORMS
from stratgraph.setting_kinds import Secret
from stratgraph_api.doors import (
    briefing,
    catalogue,
    completions,
    coverage,
    data,
    entities,
    explain,
    export,
    health,
    link_table,
    links,
    model,
    ontology,
    pages,
    publish,
    queries,
    reconcile,
    review,
    search,
    sheet,
    sitemap,
    sparql,
    validate,
)
from stratgraph_api.http.addresses import own_path
from stratgraph_api.http.authorization import Operator
from stratgraph_api.http.behalf import on_behalf
from stratgraph_api.http.conditional import AnyKnown
from stratgraph_api.http.documents import JSON, prefers_page
from stratgraph_api.http.findings_on_demand import FindingsOnDemand
from stratgraph_api.http.guard import Guard, tell_gone
from stratgraph_api.http.openapi import Health, ProblemDetail
from stratgraph_api.http.parameters import DeclaredRoute
from stratgraph_api.http.places import Places
from stratgraph_api.http.problems import MEDIA_TYPE, problem_of, root_path
from stratgraph_api.http.rendering import name_site
from stratgraph_api.http.response_cache import ResponseCache
from stratgraph_api.http.security_headers import SECURITY_HEADERS, SecurityHeaders
from stratgraph_api.http.store_on_demand import StoreOnDemand
from stratgraph_api.work.jobs import Jobs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Store
    from stratgraph_api.doors.assistants import AssistantsDoor

_PROBLEM: Final = {"$ref": f"#/components/schemas/{ProblemDetail.__name__}"}
_UNAVAILABLE: Final = {503: {"model": ProblemDetail, "description": "There is no snapshot to ask."}}

Route = tuple[str, str, "Callable[..., Any]", dict[str, Any]]

ROUTES: Final[tuple[Route, ...]] = (
    # method, path, door, what OpenAPI shows
    ("GET", "/", pages.front_page, pages.FRONT),
    ("GET", "/sparql", sparql.answer_get, sparql.ASKED),
    ("POST", "/sparql", sparql.answer_post, sparql.SENT),
    ("GET", "/explain", explain.explain_query, explain.ANSWERS),
    ("GET", "/data", data.read_graph, data.ANSWERS),
    ("GET", "/validate", validate.show_form, validate.FORM),
    ("POST", "/validate", validate.validate_files, validate.ANSWERS),
    ("GET", "/review", review.show_form, review.FORM),
    ("GET", "/schemas/review.json", review.show_schema, review.SCHEMA),
    ("POST", "/review", review.review_revision, review.ANSWERS),
    ("POST", "/publish", publish.publish_revision, publish.PUBLISHED),
    ("POST", "/rollback", publish.roll_back_snapshot, publish.ROLLED_BACK),
    ("GET", "/log", publish.show_log, publish.LOG),
    ("GET", "/catalogue", catalogue.show_catalogue, catalogue.CATALOGUE_ANSWERS),
    ("GET", "/catalogue.{ending}", catalogue.show_catalogue_as, catalogue.CATALOGUE_ANSWERS),
    ("GET", "/void.{ending}", catalogue.show_void_as, catalogue.VOID_ANSWERS),
    ("GET", "/.well-known/void", catalogue.show_void, catalogue.VOID_ANSWERS),
    ("GET", "/void", catalogue.show_void, catalogue.VOID_ANSWERS),
    ("GET", "/id/{path:path}", entities.lead_to_document, entities.LEADING),
    ("GET", "/vocabulary/{path:path}", entities.lead_to_document, entities.LEADING),
    ("GET", "/links", link_table.show_links, link_table.LINKS),
    ("GET", links.PATH, links.show_table, links.ANSWERS),
    ("GET", "/links/{path:path}", entities.lead_to_document, entities.LEADING),
    ("GET", "/software/{name}", entities.lead_to_document, entities.LEADING),
    ("GET", "/self-description", entities.lead_to_document, entities.LEADING),
    ("GET", "/self-description/{path:path}", entities.lead_to_document, entities.LEADING),
    ("GET", "/authors", entities.lead_to_document, entities.LEADING),
    ("GET", "/doc", entities.show_description, entities.DESCRIPTION),
    ("GET", "/doc/{path:path}", entities.show_document, entities.DOCUMENT),
    ("GET", "/sheet", sheet.lead_to_sheet, sheet.LEADING),
    ("GET", "/sheet/{organisation}/{name}", sheet.show_sheet, sheet.SHEET),
    ("GET", "/ontology", ontology.show_ontology, ontology.ANSWERS),
    ("GET", "/ontology.{ending}", ontology.show_ontology_as, ontology.ANSWERS),
    ("GET", "/ontology/{part:path}", ontology.show_ontology_part, ontology.ANSWERS),
    ("GET", "/shapes", ontology.show_shapes, ontology.ANSWERS),
    ("GET", "/shapes.{ending}", ontology.show_shapes_as, ontology.ANSWERS),
    ("GET", "/queries", queries.list_queries, queries.LIST),
    ("GET", "/queries/{name}", queries.answer_query, queries.ANSWERS),
    ("GET", "/query/{name}", queries.lead_to_query, queries.LEADING),
    ("GET", model.PATH, model.show_model, model.ANSWERS),
    ("GET", coverage.PATH, coverage.show_coverage, coverage.ANSWERS),
    ("GET", completions.PATH, completions.list_terms, completions.ANSWERS),
    ("GET", briefing.PATH, briefing.show_index, briefing.ANSWERS),
    ("GET", briefing.FULL_PATH, briefing.show_briefing, briefing.ANSWERS),
    ("GET", "/export", export.export_plan, export.ANSWERS),
    ("GET", reconcile.PATH, reconcile.answer_get, reconcile.ASKING),
    ("POST", reconcile.PATH, reconcile.answer_post, reconcile.SENDING),
    ("GET", f"{reconcile.PATH}/suggest/{{kind}}", reconcile.suggest, reconcile.SUGGESTIONS),
    ("GET", f"{reconcile.PATH}/propose", reconcile.propose_properties, reconcile.PROPOSALS),
    ("GET", f"{reconcile.PATH}/preview", reconcile.preview, reconcile.PREVIEW),
    ("GET", f"{reconcile.PATH}/view", reconcile.view, reconcile.VIEW),
    ("GET", "/search", search.find, search.ANSWERS),
    ("GET", "/sitemap.xml", sitemap.show_sitemap, sitemap.SITEMAP),
    ("GET", "/robots.txt", sitemap.show_robots, sitemap.ROBOTS),
    ("GET", "/problems/{name}", pages.problem_type, pages.PROBLEM_TYPE),
    ("GET", "/health/live", health.live, {"response_model": Health}),
    ("GET", "/health/ready", health.ready, {"response_model": Health, "responses": _UNAVAILABLE}),
)
"""Every route, beside the files of ``/static`` and ``/openapi.json``. Each GET answers HEAD too."""

_THREADS: Final = 40
_OUT_OF_TURN: Final = ("/health/ready",)
_SMALLEST_COMPRESSED: Final = 1000
_KEPT_PATHS: Final = ("/sparql", "/data", "/catalogue", "/void", "/.well-known/void", "/sitemap.xml")


for _types in (*(form.media_types for form in RESULT_FORMS if form.is_text), *(form.media_types for form in RDF_FORMS)):
    for _media_type in _types:
        add_compress_type(_media_type)


class CrossOrigin(CORSMiddleware):
    """Lets pages of other origins read; of a request that has none it says no more than that this mattered."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and adds to its answer."""
        if any(name == b"origin" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"vary", b"Origin")]
            await send(message)

        await self.app(scope, receive, send_varying)


class Application(FastAPI):
    """The application: around its routes what every answer has, and before them the door that is asked most.

    FastAPI's own place for middleware lies within other layers, each of which a light query would pay for.

    Args:
        settings: what to serve and how.
        options: those of FastAPI.
    """

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        self.state.settings = settings
        routed: ASGIApp = sparql.BeforeRouting(super().__call__)
        guarded = Guard(routed, max_requests=settings.max_requests, answer=_answer_problem)
        shared = CrossOrigin(
            guarded,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "HEAD", "POST"),
            # Any: there are no cookies, and what acts on the store asks for a token that no page has by itself.
            allow_headers=("*",),
            expose_headers=("ETag", "Link", "Content-Location"),
        )
        sent = SecurityHeaders(AnyKnown(CompressMiddleware(shared, minimum_size=_SMALLEST_COMPRESSED)))
        # Outermost: what is kept is what was sent.
        self._around = ResponseCache(sent, paths=_KEPT_PATHS, max_bytes=settings.response_cache_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; starts and stops the application."""
        await (self._around if scope["type"] == "http" else super().__call__)(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The document of FastAPI, in which problems have the media type that they are sent with (RFC 9457)."""
        if self.openapi_schema:
            return self.openapi_schema
        document = super().openapi()
        operations = [one for path in document["paths"].values() for one in path.values()]
        for content in (response.get("content", {}) for one in operations for response in one["responses"].values()):
            if content.get(JSON, {}).get("schema") == _PROBLEM:
                content[MEDIA_TYPE] = content.pop(JSON)
        return document


def create_app(settings: Settings, *, store: Callable[[], Store] | None = None) -> FastAPI:
    """The application; it opens its store when it starts, and closes it when it ends.

    Args:
        settings: what to serve and how.
        store: gives the store to serve in place of the one named in ``settings``; the caller closes it.
    """
    operator = Operator(settings.publish_token.value)
    # The token is not kept: it is in no child's memory and in no door's hand.
    open_settings = replace(settings, publish_token=Secret())

    assistants = _assistants(open_settings)
    name_site(settings.site_name)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        # A request holds a thread while its query runs or waits; what is left is for everything else.
        to_thread.current_default_thread_limiter().total_tokens = settings.max_requests + _THREADS
        own = StoreOnDemand(settings)
        open_store = store or own
        # Not fatal: /health/ready and every query say what is missing, until there is a snapshot.
        with suppress(StoreError, RemoteError):
            await run_in_threadpool(open_store)
        jobs = Jobs(open_settings)
        what = "pages are being made"
        # What is here now stays: collections of garbage need not look through it again and again.
        gc.collect()
        gc.freeze()
        async with AsyncExitStack() as opened:
            gateway = opened.enter_context(open_gateway(settings))
            if assistants:
                await opened.enter_async_context(assistants.open())
            try:
                yield {
                    "open_store": open_store,
                    "settings": open_settings,
                    "operator": operator,
                    "gateway": gateway,
                    "jobs": jobs,
                    "pages": Places(settings.pages_at_once, settings.queue_wait_s, setting="pages_at_once", what=what),
                    "findings": FindingsOnDemand(),
                    "words": CurrentWords(settings.store),
                    "reconciler": reconcile.ReconcilerOnDemand(settings.queue_wait_s),
                }
            finally:
                await jobs.close()
                await run_in_threadpool(own.abort)

    app = Application(
        open_settings,
        title="stratgraph",
        summary="Strategic plans as a validated, queryable knowledge graph",
        version=version("stratgraph"),
        # The interactive pages load scripts from elsewhere; everything here works offline.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.router.route_class = DeclaredRoute
    app.mount("/static", StaticFiles(packages=[("stratgraph_api", "static")]), name="static")
    for method, path, door, documentation in (*ROUTES, *_own_routes(settings.own_base)):
        if path not in _OUT_OF_TURN:
            door = on_behalf(door)  # noqa: PLW2901 - what the table says, as it is called
        app.add_api_route(path, door, methods=[method], **documentation)
        if method == "GET":
            app.add_api_route(path, door, methods=["HEAD"], include_in_schema=False, response_model=None)
    if assistants:
        app.router.routes.append(routing.Route(assistants.path, assistants, include_in_schema=False))
    for kind in (StratgraphError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _answer_problem)
    return app


def _assistants(settings: Settings) -> AssistantsDoor | None:
    """The door for assistants, where the operator has it on; its SDK is an extra."""
    if not settings.mcp:
        return None
    from stratgraph_api.doors.assistants import AssistantsDoor  # noqa: PLC0415 - as above

    return AssistantsDoor(settings)


def _own_routes(own_base: str) -> tuple[Route, ...]:
    """The path of the operator's own IRIs: after all others, which it may be above of. None without a base."""
    if not own_base:
        return ()
    return (("GET", f"{own_path(own_base)}{{path:path}}", entities.lead_from_own, entities.LEADING),)


async def _answer_problem(request: Request, error: Exception) -> Response:
    if isinstance(error, Cancelled):
        tell_gone(request.scope)
    problem = problem_of(error, request)
    if prefers_page(request, MEDIA_TYPE, JSON):
        return pages.problem_page(request, problem)
    members = problem.members(root_path(request))
    # Of all answers these alone may be made outside of the middleware.
    headers = SECURITY_HEADERS | dict(problem.headers) | {"Vary": "Accept"}
    return JSONResponse(members, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)
