"""Results are kept by what was validated, so that not every review validates the version before anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachetools import LRUCache
from faulty_plans import FAULTS, sound_plan

from stratgraph.validation import engines
from stratgraph.validation.engines import validate
from stratgraph.validation.rules import load_shapes

if TYPE_CHECKING:
    import pytest


def test_what_was_validated_last_is_not_validated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    outcome = engines._Shacl.outcome
    monkeypatch.setattr(engines, "_last", LRUCache(engines._KEPT))
    monkeypatch.setattr(engines._Shacl, "outcome", lambda *given: asked.append(given) or outcome(*given))
    plan, shapes = sound_plan(), load_shapes()
    fault = FAULTS[0]
    damaged = fault.inject(plan, fault.places(plan)[0])
    first = [validate(one.triples, shapes) for one in (plan, damaged)]
    assert first[0] != first[1]
    assert [validate(one.triples, shapes) for one in (plan, damaged)] == first
    assert len(asked) == 2
    # Other shapes are another question, and so is another engine.
    validate(damaged.triples, load_shapes(("required",)))
    assert len(asked) == 3
    # And what nobody has asked for in a long while is forgotten.
    for number in range(1, engines._KEPT + 1):
        validate(sound_plan(1, 1).triples[number:], shapes)
    assert len(engines._last) == engines._KEPT
    assert validate(damaged.triples, shapes) == first[1]
    assert len(asked) == 3 + engines._KEPT + 1
