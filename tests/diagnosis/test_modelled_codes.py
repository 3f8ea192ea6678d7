"""Every error that Amazon's own models list for a call of ours has words: botocore's models are gone through, call by call."""

import re
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from core.diagnosis import Context, explain

CORE = Path(__file__).resolve().parents[2] / "core"
SERVICES = ("sts", "ses", "sesv2", "sns", "sqs", "cloudwatch", "iam")


def _spoken() -> set[str]:
    """Every name in core, the demo aside, that may be a call of boto3."""
    texts = (path.read_text("utf-8") for path in CORE.rglob("*.py") if "demo" not in path.parts)
    return {name for text in texts for name in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text)}


def _modelled() -> list[tuple[str, str, str]]:
    """Service, code and one operation of ours that may answer it, in both spellings that the wire knows."""
    spoken, session, found = _spoken(), botocore.session.get_session(), {}
    for service in SERVICES:
        model = session.get_service_model(service)
        for operation in model.operation_names:
            if xform_name(operation) in spoken:
                for shape in model.operation_model(operation).error_shapes:
                    for code in (shape.name, shape.error_code):
                        found[service, code] = operation
    return [(service, code, operation) for (service, code), operation in sorted(found.items())]


MODELLED = _modelled()


def test_the_models_were_read() -> None:
    """Else the test below would hold for nothing."""
    assert {service for service, _, _ in MODELLED} == set(SERVICES) - {"sts"}  # GetCallerIdentity models none
    assert {("sqs", "KmsAccessDenied"), ("sqs", "OverLimit"), ("sesv2", "MailFromDomainNotVerifiedException")} <= {
        (service, code) for service, code, _ in MODELLED
    }  # fmt: skip


@pytest.mark.parametrize(("service", "code", "operation"), MODELLED)
def test_an_error_that_amazon_models_has_words(service: str, code: str, operation: str) -> None:
    said = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    found = explain(ClientError(said, operation), Context(region="eu-west-1", service=service))
    assert found.known and found.steps and found.reference != "not-amazon"
