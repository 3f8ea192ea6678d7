"""Keys are cleaned, and the usual mix-ups recognised before Amazon is asked."""

import pytest

from core.connect.keys import clean, clean_smtp, is_smtp_password, read_csv
from core.errors import BadInput
from core.smtp import password
from core.vault.secret import Secret

ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SMTP = "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        (ID, SECRET),
        (f"  {ID}\n", f"{SECRET}\r\n"),
        (f'"{ID}"', f"'{SECRET}'"),
        (f"\u200b{ID}\ufeff", f"{SECRET[:9]}\u200b{SECRET[9:]}"),
        (f"aws_access_key_id = {ID}", f"aws_secret_access_key = {SECRET}"),
        (f"export AWS_ACCESS_KEY_ID={ID}", f'export AWS_SECRET_ACCESS_KEY="{SECRET}"'),
        (f"Access key ID: {ID}", f"Secret access key: {SECRET}"),
        (ID.lower(), SECRET),
    ],
)
def test_junk_around_keys_is_cleaned_away(key: str, secret: str) -> None:
    found = clean(key, secret)
    assert found.access_key_id == Secret(ID) and found.secret_access_key == Secret(SECRET)
    assert found.hint == "MPLE" and SECRET not in repr(found) and ID not in repr(found)


@pytest.mark.parametrize(
    ("key", "secret", "token", "field", "word"),
    [
        ("", "", "", "access_key_id", "paste"),
        ("", SECRET, "", "access_key_id", "missing"),
        (ID, "", "", "secret_access_key", "only once"),
        (SECRET, ID, "", "access_key_id", "swapped"),
        (ID, ID, "", "secret_access_key", "access key ID"),
        (SECRET, SECRET, "", "access_key_id", "secret"),
        (ID, SMTP, "", "secret_access_key", "SMTP password"),
        ("ASIAIOSFODNN7EXAMPLE", SECRET, "", "session_token", "temporary"),
        (ID, SECRET, "x" * 200, "session_token", "no session token"),
        ("ASIAIOSFODNN7EXAMPLE", SECRET, "kurz!", "session_token", "not a session token"),
        ("AIDAIOSFODNN7EXAMPLE", SECRET, "", "access_key_id", "user's ID"),
        ("AROAIOSFODNN7EXAMPLE", SECRET, "", "access_key_id", "role's ID"),
        ("arn:aws:iam::123456789012:user/x", SECRET, "", "access_key_id", "ARN"),
        ("123456789012", SECRET, "", "access_key_id", "account number"),
        ("me@example.com", SECRET, "", "access_key_id", "e-mail"),
        ("AKIA123", SECRET, "", "access_key_id", "this has 7"),
        ("hunter2", SECRET, "", "access_key_id", "begins with AKIA"),
        (ID, SECRET[:-1], "", "secret_access_key", "this has 39"),
        (ID, SECRET[:-1] + "!", "", "secret_access_key", "letters, digits"),
        (ID, SECRET[:-1] + "ä", "", "secret_access_key", "letters, digits"),
    ],
)  # fmt: skip
def test_each_mix_up_is_named_at_its_box(key: str, secret: str, token: str, field: str, word: str) -> None:
    with pytest.raises(BadInput) as refused:
        clean(key, secret, token)
    assert refused.value.field == field and word in refused.value.message
    assert SECRET not in refused.value.message


def test_a_temporary_key_with_its_token_is_taken() -> None:
    found = clean("ASIAIOSFODNN7EXAMPLE", SECRET, "FwoGZXIvYXdzEJr" * 10)
    assert found.session_token is not None and found.can_sign


def test_an_smtp_password_is_known_by_its_shape() -> None:
    assert is_smtp_password(SMTP) and is_smtp_password(password(Secret(SECRET), "eu-west-1").reveal())
    assert not is_smtp_password(SECRET) and not is_smtp_password("C" * 44) and not is_smtp_password("")


def test_typed_smtp_credentials_can_send_but_not_sign() -> None:
    found = clean_smtp(f" {ID} ", SMTP)
    assert not found.can_sign and found.smtp_password == Secret(SMTP) and found.hint == "MPLE"


@pytest.mark.parametrize(
    ("user", "word", "field"),
    [("me", SMTP, "smtp_username"), ("ASIAIOSFODNN7EXAMPLE", SMTP, "smtp_username"), (ID, SECRET, "smtp_password"), (ID, "", "smtp_password"), (ID, "x" * 44, "smtp_password")],
)  # fmt: skip
def test_smtp_mix_ups_are_named_at_their_box(user: str, word: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        clean_smtp(user, word)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "data",
    [
        f"Access key ID,Secret access key\r\n{ID},{SECRET}\r\n".encode(),
        f"\ufeffAccess key ID,Secret access key\n{ID},{SECRET}".encode(),
        f"User name,Password,Access key ID,Secret access key,Console login link\nses-desk,,{ID},{SECRET},https://1.signin.aws.amazon.com/console\n".encode(),
        f"User Name;Access Key Id;Secret Access Key\nx;{ID};{SECRET}\n".encode(),
        f"AWSAccessKeyId={ID}\r\nAWSSecretKey={SECRET}\r\n".encode(),
        f"Access key ID,Secret access key\n{ID},{SECRET}\n".encode("utf-16"),
    ],
)
def test_amazons_csv_fills_both_boxes(data: bytes) -> None:
    assert read_csv(data) == (ID, SECRET)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\xff\xfe\x80", b"name,age\nx,1\n", b"Access key ID,Secret access key\n", b"x" * 70_000,
        f'"IAM User Name","Smtp Username","Smtp Password"\n"x","{ID}","{SMTP}"\n'.encode(),
        f"Access key ID,Secret access key\n{ID}\n".encode(),
        f"Access key ID,Secret access key\n{ID},{SECRET}\n{ID},{SECRET}\n".encode(),
    ],
)  # fmt: skip
def test_another_file_is_refused_with_words(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_csv(data)
    assert refused.value.field == "csv" and SECRET not in refused.value.message
