"""A small Amazon on loopback, spoken to over the wire by the same code that speaks to the real one, and sample mail.

It exists so that every step of the product can be walked, and tested, without an AWS account: STS, SES (both APIs and
SMTP), SNS, SQS and CloudWatch as unchanged boto3 speaks them. Nothing it accepts is ever sent to a person.
Its behaviour follows Amazon's documentation; where that is silent, the docstrings say what was chosen.
"""
