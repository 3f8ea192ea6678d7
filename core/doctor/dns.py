"""DNS: every record of the sender's domain, as published, beside what is wanted."""

from collections.abc import Iterator

from core.aws.identity import Details
from core.diagnosis import Context, explain
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.identities import names, sender
from core.identities.look import look
from core.identities.row import INCORRECT, MISSING, UNKNOWN, VERIFIED, Row

GROUP = "dns"
LABEL = "Records of the sender"
MILD = frozenset({"spf", "dmarc"})  # mail leaves without them; receivers may mind


def check(patient: Patient) -> Iterator[Line]:
    """What Amazon wants published for the From address, then each record."""
    address = patient.connection.from_address
    if not address:
        yield Line(GROUP, "records", LABEL, "skipped", "Not asked: this connection has no sender yet.")
        return
    yield Line(GROUP, "records", LABEL, "running")
    details = Details(address, False, False)
    if not patient.access.credentials.can_sign:
        words = "Only SPF and DMARC: which other records Amazon wants takes an access key to ask."
        yield Line(GROUP, "records", LABEL, "skipped", words)
    else:
        try:
            details = sender.of(patient.access, address) or details
            details = sender.signing(patient.access, details)
        except Exception as error:  # what Amazon says is told; SPF and DMARC can be looked up all the same
            said = explain(error, Context(region=patient.region, service="ses", operation="GetEmailIdentity"))
            words = "Which DKIM records it wants, Amazon has to say, and did not."
            yield Line(GROUP, "records", LABEL, "unknown", words, said)
        else:
            yield Line(GROUP, "records", LABEL, "ok", f"Those of {details.domain}, as Amazon wants them.")
    for row in look(details, patient.region, names.way_of(patient.desk.settings, patient.connection)):
        yield line(row)


def line(row: Row) -> Line:
    """A row of the table as a line. Each is about its name, so that two domains are two findings."""
    facts = {"subject": row.name, "wanted": row.wanted, "found": [text[:500] for text in row.found[:8]]}
    sentence = " ".join(filter(None, (row.sentence, row.note if row.state != UNKNOWN else "")))
    if row.state == MISSING and not row.needed:
        return Line(
            GROUP,
            row.key,
            row.label,
            "ok",
            f"There is none, and none is needed. {row.note}".strip(),
            facts=facts,
        )
    if row.state == VERIFIED:
        return Line(GROUP, row.key, row.label, "ok", sentence, facts=facts)
    hint = row.hints[0] if row.hints else None
    if row.state == UNKNOWN or hint is None:
        return Line(GROUP, row.key, row.label, "unknown", sentence, hint, facts=facts)
    bad = "warn" if row.key in MILD and not (row.key == "dmarc" and row.state == INCORRECT) else "fail"
    return Line(GROUP, row.key, row.label, bad, sentence, hint, facts=facts)
