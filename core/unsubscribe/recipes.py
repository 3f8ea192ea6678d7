"""How another system that sends mail asks for the link, and whether it may send at all: code to copy, its own names filled in.

Every recipe does the same three things: ask whether the address may be mailed, ask for the link, put both headers and the
link into the mail. Not run by us, except for curl and Python.
"""

from dataclasses import dataclass
from urllib.parse import quote

TOKEN = "SES_DESK_TOKEN"  # noqa: S105 (the name of a variable of theirs)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One sender: its name, the language of the code, the code."""

    title: str
    language: str
    code: str


def recipes(desk: str, connection: str, sender: str, group: str = "") -> tuple[Recipe, ...]:
    """The recipes. `desk` is where the sending system reaches this desk, such as http://127.0.0.1:8501."""
    names = {
        "@DESK@": desk.rstrip("/"), "@CONNECTION@": connection, "@SENDER@": sender or "news@example.com", "@GROUP@": group,
        "@QUERY@": quote(connection, safe="") + (f"&group={quote(group, safe='')}" if group else ""), "@TOKEN@": TOKEN,
    }  # fmt: skip
    return tuple(Recipe(title, language, _filled(code, names)) for title, language, code in _RECIPES)


def _filled(code: str, names: dict[str, str]) -> str:
    for mark, value in names.items():
        code = code.replace(mark, value.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'"))
    return code.strip() + "\n"


_CURL = """
# May we send at all? {"suppressed":false} means yes.
curl -sG "@DESK@/api/v1/suppressions/ada%40example.com" \\
  -H "Authorization: Bearer $@TOKEN@" --data-urlencode "connection=@CONNECTION@"

# The link for the text, and the two headers.
curl -sG "@DESK@/api/v1/unsubscribe-link?connection=@QUERY@" \\
  -H "Authorization: Bearer $@TOKEN@" --data-urlencode "address=ada@example.com"
"""

_PYTHON = '''
import json, os, urllib.parse, urllib.request

def ask(path, **parameters):
    url = f"@DESK@/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    token = {"Authorization": f"Bearer {os.environ['@TOKEN@']}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=token), timeout=10) as answer:
        return json.load(answer)

def send(ses, address, subject, text):
    """`ses` is boto3.client("sesv2")."""
    known = ask("suppressions/" + urllib.parse.quote(address, safe=""), connection="@CONNECTION@", group="@GROUP@")
    if known["suppressed"]:
        return None
    link = ask("unsubscribe-link", connection="@CONNECTION@", address=address, group="@GROUP@")
    return ses.send_email(
        FromEmailAddress="@SENDER@",
        Destination={"ToAddresses": [address]},
        Content={"Simple": {
            "Subject": {"Data": subject},
            "Body": {"Text": {"Data": f"{text}\\n\\nUnsubscribe: {link['url']}\\n"}},
            "Headers": [{"Name": name, "Value": value} for name, value in link["headers"].items()],
        }},
    )
'''

_DJANGO = """
# `ask` is the function of the Python recipe.
from django.core.mail import EmailMessage

link = ask("unsubscribe-link", connection="@CONNECTION@", address=person.email, group="@GROUP@")
EmailMessage(
    subject, f"{text}\\n\\nUnsubscribe: {link['url']}", "@SENDER@", [person.email], headers=link["headers"],
).send()
"""

_LARAVEL = """
$link = Http::withToken(env('@TOKEN@'))->get('@DESK@/api/v1/unsubscribe-link', [
    'connection' => '@CONNECTION@', 'address' => $person->email, 'group' => '@GROUP@',
])->throw()->json();

Mail::to($person)->send(new Newsletter($link['url'], $link['headers']));

// In the Newsletter mailable; print $url in its view.
public function headers(): Headers
{
    return new Headers(text: $this->headers);
}
"""

_RAILS = """
query = { connection: "@CONNECTION@", address: person.email, group: "@GROUP@" }.to_query
answer = Net::HTTP.get(URI("@DESK@/api/v1/unsubscribe-link?#{query}"), { "Authorization" => "Bearer #{ENV["@TOKEN@"]}" })
link = JSON.parse(answer)

# In the mailer; print @url in its view.
@url = link["url"]
link["headers"].each { |name, value| headers[name] = value }
mail(to: person.email, from: "@SENDER@", subject: subject)
"""

_NODE = """
const query = new URLSearchParams({ connection: "@CONNECTION@", address: person.email, group: "@GROUP@" });
const answer = await fetch(`@DESK@/api/v1/unsubscribe-link?${query}`, {
  headers: { Authorization: `Bearer ${process.env.@TOKEN@}` },
});
if (!answer.ok) throw new Error(`no unsubscribe link: ${answer.status}`);
const link = await answer.json();

await transport.sendMail({
  from: "@SENDER@", to: person.email, subject,
  text: `${text}\\n\\nUnsubscribe: ${link.url}\\n`,
  headers: link.headers,
});
"""

_RECIPES = (
    ("curl", "bash", _CURL),
    ("Python (boto3)", "python", _PYTHON),
    ("Django", "python", _DJANGO),
    ("Laravel", "php", _LARAVEL),
    ("Rails", "ruby", _RAILS),
    ("Node (Nodemailer)", "javascript", _NODE),
)
TITLES = [title for title, _, _ in _RECIPES]
