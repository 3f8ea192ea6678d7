"""Keys as people paste them: cleaned, and the usual mix-ups recognised before Amazon is asked.

Key ids begin with AKIA (long-term) or ASIA (temporary) and have 20 characters; secrets have 40. An SMTP password has 44,
begins with B and is base64 of 33 bytes that begin with 4: it is made from the secret and is no secret key itself.
Source: "IAM identifiers" and "Obtaining Amazon SES SMTP credentials".
"""

import base64
import binascii
import csv
import io
import re
import unicodedata

from core.aws.credentials import Credentials
from core.errors import BadInput
from core.vault.secret import Secret

ID, SECRET, TOKEN = "access_key_id", "secret_access_key", "session_token"
SMTP_USER, SMTP_PASSWORD = "smtp_username", "smtp_password"
_KEY_ID = re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}")
_SECRET = re.compile(r"[A-Za-z0-9/+]{40}")
_TOKEN = re.compile(r"[A-Za-z0-9/+=_-]{16,4096}")
_LABEL = re.compile(
    r"^(?:export)?(?:aws)?[_-]?(?:access[_-]?key[_-]?id|secret[_-]?(?:access[_-]?)?key|session[_-]?token"
    r"|smtp[_-]?user[_-]?name|smtp[_-]?password)[=:]+",
    re.I,
)
_OTHER_IDS = {
    "AIDA": "a user's", "AROA": "a role's", "AGPA": "a group's", "ANPA": "a policy's", "AIPA": "an instance profile's",
    "ANVA": "a policy version's", "ASCA": "a certificate's", "APKA": "a public key's", "ABIA": "a bearer token's",
}  # fmt: skip


def clean(access_key_id: str, secret_access_key: str, session_token: str = "") -> Credentials:
    """The credentials that were typed. Raises BadInput with the box and the fix."""
    key, secret, token = (pasted(each) for each in (access_key_id, secret_access_key, session_token))
    if not key and not secret:
        raise BadInput("Type or paste the access key ID, and the secret access key below it.", ID)
    if _KEY_ID.fullmatch(secret.upper()) and not _KEY_ID.fullmatch(key.upper()):
        raise BadInput("The two boxes are swapped: the ID begins with AKIA and belongs in the first one.", ID)
    key = _checked_id(key)
    _check_secret(secret)
    if key.startswith("ASIA") and not token:
        raise BadInput(
            "A key that begins with ASIA is temporary and needs its session token. "
            "Paste the token too, or use a long-term key, which begins with AKIA.",
            TOKEN,
        )
    if key.startswith("AKIA") and token:
        raise BadInput("A key that begins with AKIA has no session token. Leave that box empty.", TOKEN)
    if token and not _TOKEN.fullmatch(token):
        raise BadInput("That is not a session token. Copy it again, whole.", TOKEN)
    return Credentials("keys", Secret(key), Secret(secret), Secret(token) if token else None)


def clean_smtp(username: str, password: str) -> Credentials:
    """An SMTP user name and password typed by hand: enough to send, not to check the account."""
    user, word = pasted(username), pasted(password)
    if not _KEY_ID.fullmatch(user.upper()):
        raise BadInput(
            "The SMTP user name looks like an access key ID: AKIA and 16 more characters.", SMTP_USER
        )
    if user.upper().startswith("ASIA"):
        raise BadInput(
            "Temporary keys (ASIA…) cannot sign in over SMTP. Use a long-term key, or HTTP.", SMTP_USER
        )
    if _SECRET.fullmatch(word):
        raise BadInput(
            "That is a secret access key, not an SMTP password. Put it in the box for the secret; "
            "the SMTP password is made from it.",
            SMTP_PASSWORD,
        )
    if not is_smtp_password(word):
        raise BadInput(
            "An SMTP password of Amazon SES has 44 characters and begins with B. Copy it again.",
            SMTP_PASSWORD,
        )
    return Credentials("keys", smtp_username=Secret(user.upper()), smtp_password=Secret(word))


def read_csv(data: bytes) -> tuple[str, str]:
    """The id and the secret from the .csv that Amazon gives to download, in any of its forms."""
    if len(data) > 64_000:
        raise BadInput("That file is too large to be Amazon's .csv with the keys.", "csv")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            "That file is not text. Choose the .csv that Amazon offered to download.", "csv"
        ) from None
    if found := re.search(r"AWSAccessKeyId=(\S+)\s+AWSSecretKey=(\S+)", text):
        return found[1], found[2]
    rows = [[cell.strip() for cell in row] for row in _rows(text) if any(cell.strip() for cell in row)]
    heads = [re.sub(r"[^a-z]", "", head.lower()) for head in (rows[0] if rows else [])]
    if "smtppassword" in heads:
        raise BadInput(
            "That file holds SMTP credentials. Open it and paste them under SMTP, or download the .csv of an access key.",
            "csv",
        )
    if "accesskeyid" not in heads or "secretaccesskey" not in heads:
        raise BadInput("That file has no columns “Access key ID” and “Secret access key”.", "csv")
    if len(rows) < 2:
        raise BadInput("That file has the headings, but no keys under them.", "csv")
    at = (heads.index("accesskeyid"), heads.index("secretaccesskey"))
    if len(rows) > 2:
        raise BadInput("That file holds several keys. Paste the one you want into the boxes.", "csv")
    if max(at) >= len(rows[1]):
        raise BadInput("That file is cut off: a key is missing. Download it again, or make a new key.", "csv")
    return rows[1][at[0]], rows[1][at[1]]


def is_smtp_password(text: str) -> bool:
    """Whether this is an SES SMTP password: 44 characters, B first, 33 bytes that begin with 4."""
    if len(text) != 44 or not text.startswith("B"):
        return False
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == 33 and raw[0] == 4


def pasted(text: str) -> str:
    """Without blanks, line breaks, zero-width characters, quotes and a label such as aws_access_key_id=."""
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") and not c.isspace())
    kept = _LABEL.sub("", kept.strip("\"'`“”‘’«»,;"))
    return kept.strip("\"'`“”‘’«»,;")


def _checked_id(key: str) -> str:
    upper = key.upper()
    if _KEY_ID.fullmatch(upper):
        return upper
    if not key:
        raise BadInput("The access key ID is missing. It begins with AKIA.", ID)
    if upper[:4] in _OTHER_IDS and len(key) in range(16, 129) and key.isalnum():
        raise BadInput(
            f"That is {_OTHER_IDS[upper[:4]]} ID, not an access key. A key ID begins with AKIA.", ID
        )
    if key.lower().startswith("arn:"):
        raise BadInput("That is an ARN, not an access key ID. A key ID begins with AKIA.", ID)
    if re.fullmatch(r"\d{12}", key):
        raise BadInput("That is an account number, not an access key ID. A key ID begins with AKIA.", ID)
    if "@" in key:
        raise BadInput("That is an e-mail address. The access key ID begins with AKIA.", ID)
    if is_smtp_password(key) or _SECRET.fullmatch(key):
        raise BadInput(
            "That looks like a secret. The access key ID, which begins with AKIA, goes in this box.", ID
        )
    if upper.startswith(("AKIA", "ASIA")):
        raise BadInput(f"An access key ID has 20 letters and digits; this has {len(key)}. Copy it again.", ID)
    raise BadInput("An access key ID begins with AKIA and has 20 letters and digits. Copy it again.", ID)


def _check_secret(secret: str) -> None:
    if not secret:
        raise BadInput(
            "The secret access key is missing. Amazon shows it only once; if it is gone, make a new key.",
            SECRET,
        )
    if is_smtp_password(secret):
        raise BadInput(
            "That is an SMTP password. This box takes the secret access key, which has 40 characters; "
            "or choose SMTP and type the password there.",
            SECRET,
        )
    if _KEY_ID.fullmatch(secret.upper()):
        raise BadInput("That is an access key ID. The secret is the longer one, with 40 characters.", SECRET)
    if len(secret) != 40:
        raise BadInput(
            f"A secret access key has 40 characters; this has {len(secret)}. Copy it again, whole.", SECRET
        )
    if not _SECRET.fullmatch(secret):
        raise BadInput("A secret access key holds only letters, digits, / and +. Copy it again.", SECRET)


def _rows(text: str) -> list[list[str]]:
    try:
        dialect = csv.Sniffer().sniff(text[:2000], ",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return list(csv.reader(io.StringIO(text), dialect))[:50]
    except csv.Error:
        raise BadInput(
            "That file cannot be read as .csv. Paste the keys into the boxes instead.", "csv"
        ) from None
