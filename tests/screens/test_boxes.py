"""What was typed in the walk: read with a sentence at the field, and nothing kept that may be a secret in the wrong box."""

import pytest

from core.aws.credentials import ROLE, Credentials
from core.errors import BadInput
from core.vault.secret import Secret
from pages.walk import draft, endpoint
from pages.walk.keys import Boxes

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def boxes(
    key_id: str = "",
    secret: str = "",
    token: str = "",
    user: str = "",
    password: str = "",
    role: bool = False,
    kept: str = "",
) -> Boxes:
    return Boxes(key_id, secret, token, user, password, role, Secret(kept) if kept else None)


def test_keys_with_junk_around_them_are_read_clean() -> None:
    read = boxes(f' "{KEY}"\u200b', f"{SECRET}\n").read()
    assert read.access_key_id and read.access_key_id.reveal() == KEY
    assert read.secret_access_key and read.secret_access_key.reveal() == SECRET


def test_a_secret_that_was_kept_is_used_when_its_box_is_empty() -> None:
    read = boxes(KEY, kept=SECRET).read()
    assert read.secret_access_key and read.secret_access_key.reveal() == SECRET


def test_the_machines_own_role_needs_no_keys() -> None:
    assert boxes(role=True).read() is ROLE


def test_a_right_id_is_kept_when_the_secret_is_wrong_and_the_secret_is_not() -> None:
    typed = boxes(KEY, "short")
    with pytest.raises(BadInput) as refused:
        typed.read()
    worth = typed.worth_keeping(refused.value)
    assert refused.value.field == "secret_access_key"
    assert worth["access_key_id"].reveal() == KEY
    assert worth["secret_access_key"] is None


def test_a_secret_typed_in_the_box_for_the_id_is_not_shown_again() -> None:
    typed = boxes(SECRET, KEY)
    with pytest.raises(BadInput) as refused:
        typed.read()
    assert typed.worth_keeping(refused.value) == {"access_key_id": None, "secret_access_key": None}


def test_boxes_say_nothing_when_printed() -> None:
    assert SECRET not in repr(boxes(KEY, SECRET))


@pytest.mark.parametrize(
    ("region", "pasted", "transport", "expected"),
    [
        ("eu-west-1", "", "api", ("eu-west-1", "api", "email.eu-west-1.amazonaws.com")),
        ("eu-west-1", "", "smtp", ("eu-west-1", "smtp", "email-smtp.eu-west-1.amazonaws.com")),
        (
            "eu-west-1",
            "email.us-east-1.amazonaws.com",
            "api",
            ("us-east-1", "api", "email.us-east-1.amazonaws.com"),
        ),
        (
            None,
            "email-smtp.us-east-1.amazonaws.com:465",
            "api",
            ("us-east-1", "smtp", "email-smtp.us-east-1.amazonaws.com"),
        ),
        (
            None,
            "email-fips.us-east-1.amazonaws.com",
            "smtp",
            ("us-east-1", "api", "email-fips.us-east-1.amazonaws.com"),
        ),
    ],
)
def test_what_was_pasted_goes_before_the_list(
    region: str | None, pasted: str, transport: str, expected: tuple[str, str, str]
) -> None:
    read = endpoint.Boxes(region, pasted, transport).read()
    assert (read.region, read.transport, read.server) == expected


def test_nothing_chosen_is_said_at_the_field() -> None:
    with pytest.raises(BadInput) as refused:
        endpoint.Boxes(None, "", "api").read()
    assert refused.value.field == "endpoint"


def test_endpoint_and_credentials_come_back_from_a_draft_as_they_went_in() -> None:
    chosen = endpoint.Boxes(None, "email-smtp.us-east-1.amazonaws.com:465", "api").read()
    typed = Credentials("keys", Secret(KEY), Secret(SECRET))
    kept = {"endpoint": draft.endpoint_parts(chosen), **draft.credentials_parts(typed)}
    assert draft.endpoint_of(kept) == chosen
    back = draft.credentials_of(kept)
    assert back and back.kind == "keys" and back.hint == KEY[-4:]
    assert draft.credentials_of({}) is None and draft.endpoint_of({}) is None


@pytest.mark.parametrize(
    ("pasted", "filled"),
    [("eu-west-1", ""), ("email-smtp.us-east-1.amazonaws.com:465", "email-smtp.us-east-1.amazonaws.com:465")],
)
def test_a_place_that_was_right_is_filled_in_again(pasted: str, filled: str) -> None:
    known = endpoint.Boxes(None, pasted, "api").read()
    again = endpoint.Boxes(known.region, endpoint._typed(known), known.transport).read()
    assert (again.server, again.transport, again.smtp_port) == (
        known.server,
        known.transport,
        known.smtp_port,
    )
    assert endpoint._typed(known) == filled
