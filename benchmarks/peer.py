"""The peer: django-ses 4.8.2 with the smallest handlers that store an event, and SQLite tuned as Django's users tune it.

Run by gunicorn as `peer:application` in its own virtual environment; nothing of ours is imported. It verifies signature
version 1 only, and neither removes duplicates nor rolls up: it does less work than what it is compared with.
"""

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="benchmark",
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django_ses"],
    MIDDLEWARE=[],
    LOGGING_CONFIG=None,
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PEER_DB"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;",
            },
        }
    },
)
django.setup()

from cryptography import x509  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from django_ses import signals, utils  # noqa: E402
from django_ses.views import SESEventWebhookView  # noqa: E402

with open(os.environ["PEER_PEM"], "rb") as pem:
    utils._CERT_CACHE[os.environ["PEER_URL"]] = x509.load_pem_x509_certificate(pem.read())


class Event(models.Model):
    """One event, as the documentation's examples store it."""

    type = models.CharField(max_length=20)
    message_id = models.CharField(max_length=100, db_index=True)
    recipient = models.CharField(max_length=320, db_index=True)
    at = models.CharField(max_length=40, db_index=True)
    detail = models.TextField()

    class Meta:
        app_label = "peer"


def storing(kind: str, name: str):
    """A handler that stores one row per notification."""

    def store(sender, mail_obj, raw_message, **more):
        detail = more.get(f"{name}_obj") or {}
        Event.objects.create(
            type=kind,
            message_id=mail_obj["messageId"],
            recipient=mail_obj["destination"][0],
            at=detail.get("timestamp") or mail_obj["timestamp"],
            detail=str(detail),
        )

    return store


HANDLERS = {
    name: storing(name.capitalize(), name)
    for name in ("bounce", "complaint", "delivery", "send", "open", "click")
}
for name, handler in HANDLERS.items():
    getattr(signals, f"{name}_received").connect(handler, weak=False)

urlpatterns = [path("events", csrf_exempt(SESEventWebhookView.as_view()))]
with connection.cursor() as cursor:
    if Event._meta.db_table not in connection.introspection.table_names(cursor):
        with connection.schema_editor() as editor:
            editor.create_model(Event)
connection.close()
application = get_wsgi_application()
