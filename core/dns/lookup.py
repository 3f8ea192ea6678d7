"""A name asked of this machine's resolver, each kind of "no" told apart.

Nothing is raised: what cannot be known is a state of the answer. Times are seconds.
"""

import errno
import time

import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from core.dns import answer
from core.dns.answer import Answer
from core.dns.read import read
from core.dns.spelling import spelled
from core.dns.way import EACH, SYSTEM, Way

ITSELF = "this machine's resolver"
NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED, errno.EADDRNOTAVAIL})


def txt(name: str, timeout: float = EACH, way: Way = SYSTEM) -> Answer:
    """The TXT records, each joined from its pieces."""
    return look(name, "TXT", timeout, way)


def cname(name: str, timeout: float = EACH, way: Way = SYSTEM) -> Answer:
    """The name that this one is an alias of."""
    return look(name, "CNAME", timeout, way)


def mx(name: str, timeout: float = EACH, way: Way = SYSTEM) -> Answer:
    """The mail servers, as "10 mail.example.com"."""
    return look(name, "MX", timeout, way)


def look(name: str, kind: str, timeout: float = EACH, way: Way = SYSTEM) -> Answer:
    """Any kind of record. `timeout` is for everything, retries and TCP included."""
    began = time.monotonic()

    def ended(state: str) -> Answer:
        return Answer(name, kind, state, asked=ITSELF, seconds=time.monotonic() - began)

    asked = spelled(name)
    if asked is None:
        return ended(answer.BAD_NAME)
    if timeout <= 0:
        return ended(answer.TIMEOUT)
    try:
        said = _resolver(way).resolve(asked, kind, lifetime=timeout, search=False, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return ended(answer.NXDOMAIN)
    except dns.resolver.YXDOMAIN:
        return ended(answer.SERVFAIL)
    except dns.resolver.NoNameservers as error:
        return ended(_why(error))
    except dns.resolver.NoResolverConfiguration:
        return ended(answer.UNREACHABLE)
    except dns.exception.Timeout as error:
        return ended(_why(error, answer.TIMEOUT))
    except dns.exception.DNSException:  # an answer that is none: cut, malformed, for another question
        return ended(answer.SERVFAIL)
    except OSError as error:
        return ended(answer.UNREACHABLE if error.errno in NO_WAY else answer.TIMEOUT)
    return read(said.response, name, asked, kind, ITSELF, time.monotonic() - began)


def _resolver(way: Way) -> dns.resolver.Resolver:
    """No cache: a check that repeats an old answer is none."""
    resolver = dns.resolver.Resolver(configure=not way.servers)
    if way.servers:
        resolver.nameservers, resolver.port = list(way.servers), way.port
    resolver.timeout = 1.5  # seconds for one server, so that a second one gets its turn
    return resolver


def _why(error: dns.exception.DNSException, otherwise: str = answer.SERVFAIL) -> str:
    """No way to any server, or servers that did not help."""
    causes = [each[3] for each in error.kwargs.get("errors") or ()]
    if causes and all(isinstance(each, OSError) and each.errno in NO_WAY for each in causes):
        return answer.UNREACHABLE
    if causes and all(isinstance(each, dns.exception.Timeout) for each in causes):
        return answer.TIMEOUT
    return otherwise
