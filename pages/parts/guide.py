"""The click-by-click guides: a numbered sentence beside each drawing of Amazon's console."""

import streamlit as st

from pages.drawings import image

KEYS = (
    (
        "iam-user",
        "Open Amazon's IAM console, choose **Users**, then **Create user**. Name it `ses-desk` and leave console access off. "
        "A user of its own can do only what you allow; the root account could do everything.",
    ),
    (
        "iam-policy",
        "Open the new user: **Permissions** › **Add permissions** › **Create inline policy** › **JSON**. "
        "Paste this policy, then **Next**, and name it `ses-desk`.",
    ),
    (
        "access-key",
        "On **Security credentials** choose **Create access key**, then **Third-party service**, **Next**, **Create access key**.",
    ),
    (
        "access-key-csv",
        "**Download the .csv file** and drop it here, or copy both keys. Amazon shows the secret only this once.",
    ),
)
SENDER = (
    (
        "identities",
        "In the SES console, **Configuration** › **Identities**: any address or domain that says **Verified** may send. "
        "Check that the region at the top right is the one you chose here.",
    ),
)
LISTEN = (
    (
        "sns-topic",
        "In the SNS console, same region: **Topics** › **Create topic**. Type **Standard** (FIFO does not work), name `ses-desk`. "
        "Under *Signature version* choose 2 if it is offered.",
    ),
    (
        "sns-subscription",
        "On the topic, **Create subscription**: protocol **HTTPS**, endpoint = the callback URL above. "
        "Leave raw message delivery off. The request appears here within seconds; press **Confirm** beside it.",
    ),
    (
        "identity-notifications",
        "In the SES console, **Identities** › the one you send from › **Notifications** › **Edit**: choose the topic for **Bounces**, "
        "**Complaints** and **Deliveries**, each with **Include original headers**. Save. "
        "Without Deliveries the rates cannot be known.",
    ),
)


def guide(steps: tuple[tuple[str, str], ...], first: int = 1) -> None:
    """Draw a guide, numbered from `first`. Narrow screens put the drawing under its sentence."""
    dark = st.context.theme.type == "dark"
    for number, (name, sentence) in enumerate(steps, start=first):
        words, drawing = st.columns((2, 3), vertical_alignment="center")
        words.markdown(f"**{number}.** {sentence}")
        drawing.html(image(name, dark))
