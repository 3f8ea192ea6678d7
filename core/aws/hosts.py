"""Which hosts are Amazon's own for SES, by region."""


def suffix(region: str) -> str:
    """The domain under which a region's endpoints live."""
    return "amazonaws.eu" if region.startswith("eusc-") else "amazonaws.com"


def dual_stack_suffix(region: str) -> str:
    """The domain under which a region answers over IPv4 and IPv6."""
    return "api.amazonwebservices.eu" if region.startswith("eusc-") else "api.aws"


def api_host(region: str) -> str:
    """The server name of SES over HTTP, e.g. email.eu-west-1.amazonaws.com."""
    return f"email.{region}.{suffix(region)}"


def smtp_host(region: str) -> str:
    """The server name of SES over SMTP. Derived, not listed: Amazon's list of SMTP regions lags behind."""
    return f"email-smtp.{region}.{suffix(region)}"
