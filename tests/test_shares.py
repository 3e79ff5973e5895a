"""Shares of places, and who is next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stratgraph.shares import Line, Shares, Waiting


def taken(shares: Shares, clients: list[str], most: int = 100) -> list[int]:
    """How many places each client gets that takes all it can, one client after the other."""
    found = []
    for client in clients:
        count = 0
        while shares.has_room(client) and count < most:
            shares.take(client)
            count += 1
        found.append(count)
    return found


def test_clients_that_take_all_they_can_leave_places_for_others() -> None:
    assert taken(Shares(8), ["a", "b", "c", "d", "e"]) == [4, 2, 1, 1, 0]
    assert taken(Shares(4), ["a", "b", "c", "d"]) == [2, 1, 1, 0]
    assert taken(Shares(2), ["a", "b", "c"]) == [1, 1, 0]
    assert taken(Shares(1), ["a", "b"]) == [1, 0]
    assert taken(Shares(0), ["a", ""]) == [0, 0]


def test_a_client_gets_no_more_than_its_own_limit() -> None:
    shares = Shares(8, 3)
    assert taken(shares, ["a"]) == [3]
    assert shares.is_at_limit("a")
    assert not shares.is_at_limit("b")


def test_the_program_itself_may_have_all() -> None:
    assert taken(Shares(8, 3), [""]) == [8]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", ""]), st.booleans()), max_size=60), st.integers(1, 9))
def test_no_more_places_are_given_than_there_are_and_all_come_back(steps: list[tuple[str, bool]], places: int) -> None:
    shares, held = Shares(places), list[str]()
    for client, is_taking in steps:
        if is_taking and shares.has_room(client):
            shares.take(client)
            held.append(client)
        elif not is_taking and client in held:
            shares.give_back(client)
            held.remove(client)
        assert len(held) <= places
        if not held:
            assert shares.has_room(client)
    for client in held:
        shares.give_back(client)
    assert taken(shares, [""]) == [places]


def test_who_was_let_in_goes_behind_the_others() -> None:
    shares, order = Shares(1), list[str]()
    line = Line(shares)
    shares.take("x")
    for name in ("a1", "a2", "a3", "b1", "c1", "a4"):
        line.join(Waiting(name[0], lambda name=name: order.append(name)))  # type: ignore[misc]
    holder = "x"
    for _ in range(6):
        shares.give_back(holder)
        (admitted,) = line.admit()
        holder = admitted.client
    assert order == ["a1", "b1", "c1", "a2", "a3", "a4"]


def test_a_client_with_fewer_places_comes_first() -> None:
    shares, order = Shares(4), list[str]()
    line = Line(shares)
    for client in ("a", "a", "b", "c"):
        shares.take(client)
    for client in ("a", "b", "d"):
        line.join(Waiting(client, lambda client=client: order.append(client)))  # type: ignore[misc]
    shares.give_back("c")
    assert [one.client for one in line.admit()] == ["d"]
    assert order == ["d"]
