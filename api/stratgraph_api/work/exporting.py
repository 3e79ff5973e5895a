"""What a job does for an export: it is called in a process of its own (``stratgraph_api.work.job_process``)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from stratgraph.export import export
from stratgraph.store import RemoteAccess, open_store
from stratgraph_api.work.job_process import Document

if TYPE_CHECKING:
    from stratgraph.settings import Settings


def export_version(settings: Settings, form: str, plan: str, number: int) -> Document:
    """A version of a plan as a file.

    Args:
        settings: of the server, which say where the plan is published.
        form: as ``stratgraph.export`` knows it.
        plan: its IRI.
        number: of the version.

    Raises:
        NotFound: there is no such plan or version.
        StoreError: the published plan cannot be read.
        RemoteError: the server that has it cannot be reached, refuses or fails.
    """
    access = RemoteAccess.of(settings)
    with (
        closing(open_store(settings.store, max_result_bytes=settings.max_result_bytes, remote=access)) as store,
        store.reading() as reading,
    ):
        return Document(export(reading, form, plan=plan, number=number))
