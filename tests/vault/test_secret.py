"""A secret never becomes text by accident, whoever tries."""

import copy
import dataclasses
import json
import logging
import pickle
from io import StringIO

import pytest

from core.vault import Secret

PLAIN = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@dataclasses.dataclass
class Holder:
    name: str
    key: Secret


def test_only_reveal_gives_the_value() -> None:
    assert Secret(PLAIN).reveal() == PLAIN


@pytest.mark.parametrize(
    "attempt",
    [
        str,
        format,
        lambda s: f"{s}",
        lambda s: "%s" % s,  # noqa: UP031
        pickle.dumps,
        lambda s: pickle.dumps(s, protocol=0),
        copy.copy,
        copy.deepcopy,
        json.dumps,
        lambda s: dataclasses.asdict(Holder("a", s)),
        lambda s: "-".join([s]),
        hash,
        bytes,
        list,
        vars,
    ],
)
def test_turning_it_into_anything_else_is_refused(attempt: object) -> None:
    with pytest.raises(TypeError) as refused:
        attempt(Secret(PLAIN))  # type: ignore[operator]
    assert PLAIN not in str(refused.value)


def test_its_repr_and_its_holders_repr_show_nothing_not_even_a_length() -> None:
    assert repr(Secret(PLAIN)) == repr(Secret("x")) == "<Secret>"
    assert PLAIN not in repr(Holder("a", Secret(PLAIN)))
    assert PLAIN not in f"{Secret(PLAIN)!r}"


def test_a_log_line_that_is_given_one_shows_nothing() -> None:
    stream = StringIO()
    log = logging.Logger("secret")
    log.addHandler(logging.StreamHandler(stream))
    log.warning("key %r", Secret(PLAIN))
    assert PLAIN not in stream.getvalue()


def test_an_empty_one_is_false_and_equal_ones_are_equal() -> None:
    assert not Secret("")
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
