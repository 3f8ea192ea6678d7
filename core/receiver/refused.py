"""Why a request was not taken: a status, a kebab-case code and a sentence that names the fix."""

from dataclasses import dataclass


@dataclass
class Refused(Exception):
    """The first failing check. 4xx only for what is provably bad (SNS never repeats it); 503 for everything of ours."""

    status: int
    code: str
    message: str
    field: str | None = None

    def __str__(self) -> str:
        return self.message


def malformed(message: str, field: str | None = None, code: str = "malformed") -> Refused:
    """400: no message of SNS looks like this."""
    return Refused(400, code, message, field)


def forbidden(code: str, message: str, field: str | None = None) -> Refused:
    """403: well-formed, and not from a topic of ours or not signed by Amazon."""
    return Refused(403, code, message, field)


def later(code: str, message: str) -> Refused:
    """503: our side cannot take it just now; SNS comes again."""
    return Refused(503, code, message)
