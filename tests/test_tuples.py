"""Our ``NamedTuple`` is the one of ``typing``, made faster."""

from __future__ import annotations

import pickle
import typing
from typing import Any

import pytest

from owui_lint import tuples


class Ours(tuples.NamedTuple):
    """A point."""

    x: int
    y: int = 2
    name: str = "here"

    @property
    def sum(self) -> int:
        return self.x + self.y

    def moved(self) -> Ours:
        return self._replace(x=self.x + 1)


class Theirs(typing.NamedTuple):
    """A point."""

    x: int
    y: int = 2
    name: str = "here"


class One(tuples.NamedTuple):
    only: str


@pytest.mark.parametrize("given", [((1,), {}), ((1, 3, "there"), {}), ((), {"x": 1, "name": "n"}), ((1,), {"y": 5})])
def test_it_is_made_and_read_as_the_one_of_typing(given: tuple[Any, dict[str, Any]]) -> None:
    ours, theirs = Ours(*given[0], **given[1]), Theirs(*given[0], **given[1])
    assert ours == theirs and hash(ours) == hash(theirs)
    assert (ours.x, ours.y, ours.name) == tuple(theirs)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert ours._asdict() == theirs._asdict()
    assert ours._replace(y=9) == theirs._replace(y=9)
    assert pickle.loads(pickle.dumps(ours)) == ours


def test_a_class_knows_what_the_one_of_typing_knows() -> None:
    assert Ours._fields == Theirs._fields and Ours._field_defaults == Theirs._field_defaults
    assert Ours.__match_args__ == Theirs.__match_args__
    assert (Ours.__doc__, Ours.__module__, Ours.__qualname__) == ("A point.", __name__, "Ours")
    assert Ours._make([1, 2, "there"]) == (1, 2, "there")
    assert isinstance(Ours(1).moved(), Ours) and Ours(1).moved().sum == 4
    assert not hasattr(Ours(1), "__dict__")


@pytest.mark.parametrize("given", [((), {}), ((1, 2, "a", 4), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_wrong_arguments_are_type_errors(given: tuple[Any, dict[str, Any]]) -> None:
    with pytest.raises(TypeError):
        Ours(*given[0], **given[1])
    with pytest.raises(TypeError):
        Ours(1)._replace(z=1)  # type: ignore[call-arg]


def test_a_field_cannot_be_set() -> None:
    with pytest.raises(AttributeError):
        Ours(1).x = 2  # type: ignore[misc]


def test_one_field_is_a_tuple_too() -> None:
    assert One("a") == ("a",) and One(only="a").only == "a"
    match Ours(1, 2):
        case Ours(x, y, name=name):
            assert (x, y, name) == (1, 2, "here")
