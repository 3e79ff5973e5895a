"""Questions from the JSON that clients send (Reconciliation Service API 0.2, sections 4.1 and 7.3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from stratgraph.errors import LimitError, UsageError
from stratgraph.files import BYTE_ORDER_MARK
from stratgraph.identifiers import whole_number
from stratgraph.reconciliation.ids import full_iri
from stratgraph.reconciliation.model import Condition, Entity, ExtensionQuery, Query, Strictness, Value, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = frozenset({"query", "type", "limit", "properties", "type_strict"})


def read_queries(text: str, *, max_queries: int, max_candidates: int) -> dict[str, Query]:
    """A batch of queries, by the names that the client gave them.

    Args:
        text: the JSON.
        max_queries: how many a batch may have.
        max_candidates: how many a query gets at most, whatever it asks for.

    Raises:
        UsageError: it is not such JSON.
        LimitError: there are too many queries.
    """
    batch = _loaded(text)
    check_count(len(batch), max_queries, "queries")
    return {name: _query(name, content, max_candidates) for name, content in batch.items()}


def read_extension_query(text: str, *, max_things: int) -> ExtensionQuery:
    """A question for values.

    Args:
        text: the JSON.
        max_things: of how many things, and of how many properties, values may be asked for at once.

    Raises:
        UsageError: it is not such JSON.
        LimitError: there are too many ids or properties.
    """
    content = _loaded(text)
    ids, properties = content.get("ids"), content.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        _refuse("ids is to be an array of strings")
    if not isinstance(properties, list):
        _refuse("properties is to be an array")
    check_count(len(ids), max_things, "ids")
    check_count(len(properties), max_things, "properties")
    return ExtensionQuery(tuple(dict.fromkeys(ids)), tuple(_wanted(properties)))


def _loaded(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text.removeprefix(BYTE_ORDER_MARK), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError too
        raise UsageError(f"The question is not JSON: {error}.", mend="Send a JSON object.") from error
    if not isinstance(content, dict):
        _refuse("the question is to be a JSON object")
    return content


def _no_number(name: str) -> float:
    """Python reads NaN and Infinity as numbers; JSON has none of these (RFC 8259, section 6)."""
    raise ValueError(f"{name} is no number")


def check_count(count: int, most: int, what: str) -> None:
    """Raises LimitError where more is asked for at once than the setting ``max_reconciled`` allows."""
    if count > most:
        raise LimitError(
            f"There are {count:,} {what} at once, and may be {most:,}.",
            setting="max_reconciled",
            value=most,
            mend="Ask in several requests; the manifest says how many may be in one.",
        )


def _query(name: str, content: Any, max_candidates: int) -> Query:
    if not isinstance(content, dict) or not set(content) <= _FIELDS:
        _refuse(f"the query {name!r} is to be an object with {', '.join(sorted(_FIELDS))}")
    text, limit = content.get("query", ""), content.get("limit", max_candidates)
    types = content.get("type", [])
    types = [types] if isinstance(types, str) else types
    strictness = content.get("type_strict", Strictness.ANY.value)
    conditions = content.get("properties", [])
    if not isinstance(text, str):
        _refuse(f"query is to be a string in {name!r}")
    if isinstance(limit, bool) or not isinstance(limit, int | float):
        _refuse(f"limit is to be a number in {name!r}")
    # The API's schema begins at 1; clients write 0 or -1 for no limit, and the others of their batch are right.
    limit = limit if limit >= 1 else max_candidates
    if not isinstance(types, list) or not all(isinstance(one, str) for one in types):
        _refuse(f"type is to be a string or an array of strings in {name!r}")
    if strictness not in list(Strictness):
        _refuse(f"type_strict is to be one of {', '.join(Strictness)} in {name!r}")
    if not isinstance(conditions, list):
        _refuse(f"properties is to be an array in {name!r}")
    return Query(
        text.strip(),
        tuple(map(full_iri, types)),
        int(min(limit, max_candidates)),
        tuple(_condition(name, one) for one in conditions),
        Strictness(strictness),
    )


def _condition(name: str, content: Any) -> Condition:
    if not isinstance(content, dict) or not isinstance(content.get("pid"), str) or "v" not in content:
        _refuse(f"each of properties is to have pid and v in {name!r}")
    values = content["v"] if isinstance(content["v"], list) else [content["v"]]
    return Condition(full_iri(content["pid"]), tuple(_value(name, value) for value in values))


def _value(name: str, value: Any) -> Value:
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return Entity(value["id"], str(value.get("name", "")))
    if not isinstance(value, str | int | float):
        _refuse(f"a value of properties is to be a string, number, boolean or an object with id in {name!r}")
    return value


def _wanted(properties: list[Any]) -> Iterator[Wanted]:
    for content in properties:
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            _refuse("each of properties is to have id")
        settings = content.get("settings", {})
        limit, language = (settings.get("limit"), settings.get("language")) if isinstance(settings, dict) else (0, "")
        # Forms send numbers as text, and nothing where a field is left empty.
        number = whole_number(str(limit or 0))
        if number is None:
            _refuse("the setting limit is to be a whole number")
        yield Wanted(content["id"], number, str(language or ""))


def _refuse(why: str) -> NoReturn:
    raise UsageError(
        f"The question is not of the Reconciliation API: {why}.",
        mend="See version 0.2 of the Reconciliation Service API, sections 4.1 and 7.3.",
    )
