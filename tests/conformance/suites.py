"""Which cases make up which suite, how many they are, and what is known to deviate.

The numbers were counted from the lists ``mf:entries`` of the manifests of w3c/rdf-tests at commit ad541a5f: 482 entries
of SPARQL 1.0, 643 of 1.1 and 269 of 1.2.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from manifests import Case, all_cases

SUITES = {
    "sparql10 evaluation": 283,
    "sparql10 syntax": 199,
    "sparql11 evaluation": 225,
    "sparql11 syntax": 106,
    "sparql11 results": 10,
    "sparql11 federation": 7,
    "sparql11 entailment": 70,
    "sparql11 protocol": 34,
    "sparql11 graph store": 31,
    "sparql11 service description": 3,
    "sparql11 update": 157,
    "sparql12 evaluation": 63,
    "sparql12 syntax": 183,
    "sparql12 update": 23,
}
"""Each suite and the number of its cases."""

_OF_FOLDER = {
    "sparql11/csv-tsv-res": "results",
    "sparql11/json-res": "results",
    "sparql11/service": "federation",
    "sparql11/entailment": "entailment",
    "sparql11/protocol": "protocol",
    "sparql11/graph-store-protocol": "graph store",
    "sparql11/http-rdf-update": "graph store",
    "sparql11/service-description": "service description",
    # Its cases of negative syntax are updates too.
    "sparql11/delete-insert": "update",
}

DEVIATIONS = Path(__file__).with_name("deviations.toml")


@dataclass(frozen=True, slots=True)
class Deviation:
    """Why some cases do not give what the suite expects.

    ``kind``: "engine" (it is wrong, or behind the specification), "choice" (of ours) or "suite" (it expects what an
    earlier specification said, or was withdrawn). ``runs``: false where a case cannot even be tried.
    """

    kind: str
    reason: str
    issue: str
    runs: bool
    cases: tuple[str, ...]


def suite_of(case: Case) -> str:
    version = case.folder.partition("/")[0]
    if case.folder in _OF_FOLDER:
        return f"{version} {_OF_FOLDER[case.folder]}"
    if "Update" in case.kind:
        return f"{version} update"
    return f"{version} {'syntax' if 'Syntax' in case.kind else 'evaluation'}"


def cases_of(*suites: str) -> list[Case]:
    assert set(suites) <= set(SUITES)
    return [case for case in all_cases() if suite_of(case) in suites]


def deviations() -> list[Deviation]:
    entries = tomllib.loads(DEVIATIONS.read_text("utf-8"))["deviation"]
    return [
        Deviation(e["kind"], e["reason"], e.get("issue", ""), e.get("runs", True), tuple(e["cases"])) for e in entries
    ]


def parametrized(*suites: str) -> pytest.MarkDecorator:
    """A test for each case, called by its name; a listed deviation has to fail (or cannot run), and is reported so."""
    known = {name: deviation for deviation in deviations() for name in deviation.cases}

    def marks(case: Case) -> list[pytest.MarkDecorator]:
        deviation = known.get(case.name)
        if deviation is None:
            return []
        reason = f"{deviation.kind}: {deviation.reason}"
        if not deviation.runs:
            return [pytest.mark.skip(reason=reason)]
        return [pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True)]

    cases = cases_of(*suites)
    if not cases:
        skip = pytest.mark.skip(reason="The environment variable W3C_TESTS does not name the folder of the W3C suites.")
        return pytest.mark.parametrize("case", [pytest.param(None, marks=skip, id="none")])
    return pytest.mark.parametrize("case", [pytest.param(case, marks=marks(case), id=case.name) for case in cases])
