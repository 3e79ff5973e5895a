"""What several tests need: the annex, read once and published once, alone and with what comes with the program."""

from __future__ import annotations

import gc
import signal
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

import filled_workbook
import small_plan
from sites import revise
from stores import once
from stratgraph.comparison import compare, propose
from stratgraph.formats import annex
from stratgraph.links import shipped
from stratgraph.plan_files import read_annex
from stratgraph.plan_graph import to_statements
from stratgraph.publication import Target, build, publish_proposal
from stratgraph.reasoning import find_java
from stratgraph.search import Lexicon, read_lexicon
from stratgraph.store import open_store
from stratgraph.store_contents import Act
from stratgraph.vocabularies import SHIPPED, read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Triple

    from stratgraph.document import PlanDocument

# How long an example takes says nothing on a machine that does other things too.
hypothesis.settings.register_profile(
    "stratgraph", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("stratgraph")


# A shell that runs pytest in the background has SIGINT ignored, which each process that is started from here inherits:
# commands under test would not end at an interrupt. With the default they do, as from a terminal.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Takes thousands of tests and all modules from the garbage collector, which looks through them again and again."""
    gc.collect()
    gc.freeze()
    # Graphs of a plan are a hundred thousand objects that are all needed; the default is after 700.
    gc.set_threshold(50_000, 20, 20)


TOP = Path(__file__).parents[1]
SOURCE = TOP / "data/sources/resolution-71-annex.txt"
DESCRIPTION = SOURCE.with_suffix(".toml")


@pytest.fixture(scope="session")
def quick_java(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose ``java`` does not compile and collect with all threads for runs of a second: half of the time."""
    java = tmp_path_factory.mktemp("java") / "java"
    java.write_text(f'#!/bin/sh\nexec "{find_java()}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$@"\n', "utf-8")
    java.chmod(0o755)
    return java.parent


@pytest.fixture(scope="session")
def annex_bytes() -> bytes:
    return SOURCE.read_bytes()


@pytest.fixture(scope="session")
def annex_document() -> PlanDocument:
    return read_annex(5_000_000)


@pytest.fixture(scope="session")
def annex_store(tmp_path_factory: pytest.TempPathFactory, annex_document: PlanDocument) -> Path:
    """The folder of the annex's published snapshot."""
    return once(tmp_path_factory, "annex", lambda folder: published(folder, annex_document, {}))


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the published snapshot of a plan with a fifteenth of the annex's statements (``small_plan.py``)."""
    source = small_plan.SOURCE
    document = annex.read(source.read_bytes(), file=source.name, max_bytes=5_000_000)
    return once(tmp_path_factory, "small", lambda folder: published(folder, document, {}))


@pytest.fixture(scope="session")
def linked_folder(tmp_path_factory: pytest.TempPathFactory, annex_document: PlanDocument) -> Path:
    """The folder of a snapshot as ``stratgraph build`` publishes it: beside the annex, vocabularies and links."""

    def make(folder: Path) -> None:
        vocabularies = {name: triples for one in SHIPPED for name, triples in read_vocabulary(one).graphs.items()}
        published(folder, annex_document, {**vocabularies, **dict(shipped())})

    return once(tmp_path_factory, "linked", make)


@pytest.fixture(scope="session")
def linked_store(linked_folder: Path) -> Path:
    """The same; ``links/`` has the opened store by this name."""
    return linked_folder


@pytest.fixture(scope="session")
def revised_site(linked_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with all that there can be: the annex, a revision of it, vocabularies and links."""
    return once(tmp_path_factory, "revised", lambda folder: revise(linked_folder, folder))


@pytest.fixture(scope="session")
def typed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with both versions of a plan that was typed into a workbook (``filled_workbook.py``)."""
    return once(tmp_path_factory, "typed", publish_typed)


@pytest.fixture(scope="session")
def published_lexicon(linked_folder: Path) -> Lexicon:
    """The words of that store without the revision."""
    with closing(open_store(str(linked_folder), max_result_bytes=200_000_000)) as store:
        return read_lexicon(store)


def publish_typed(folder: Path) -> None:
    """Publishes the workbooks as ``stratgraph publish`` does, at fixed times."""
    for number, rows in enumerate((filled_workbook.measured(), filled_workbook.remeasured()), 1):
        new = filled_workbook.read(filled_workbook.filled(rows))
        with closing(open_store(str(folder), max_result_bytes=200_000_000)) if number > 1 else nullcontext() as store:
            act = Act(datetime(2030, number, 2, tzinfo=UTC))
            publish_proposal(Target(folder, store, 2), propose(compare(store, new)), act)


def published(
    folder: Path, document: PlanDocument, graphs: Mapping[str, tuple[Triple, ...]], *, file: str = SOURCE.name
) -> None:
    """Publishes a document in a folder, at a fixed time."""
    plan = to_statements(document, file=file)
    act = Act(datetime(2030, 1, 2, tzinfo=UTC))
    assert build(plan, Target(folder, None, 2), act, graphs=graphs).snapshot is not None
