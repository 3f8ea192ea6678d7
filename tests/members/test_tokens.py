"""Random words that prove something by being known."""

from core.members import tokens


def test_a_token_never_looks_like_an_option_of_a_command_line():
    assert not any(tokens.fresh().startswith("-") for _ in range(2000))
