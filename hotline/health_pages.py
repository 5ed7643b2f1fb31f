"""What `/healthz`, `/readyz` and `/metrics` answer, as plain values; wsgi.py gives them their addresses."""

import hmac
import json
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from hotline.health import look
from hotline.runtime import Runtime

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """A status, a body and its type."""

    status: int
    body: bytes
    content_type: str = PLAIN


def healthz() -> Page:
    """The process lives."""
    return Page(200, b"ok")


def readyz(runtime: Runtime) -> Page:
    """Whether traffic should come here, and what is in the way; 503 where it should move away."""
    health = look(runtime)
    told = {
        "ready": health.ready,
        "working": health.working,
        "database": health.database,
        "due": health.backlog.due,
        "late_s": round(health.late_s, 1),
        "held": health.held_texts,
        "spooled": health.spooled,
        "corrupt": health.corrupt,
    }
    return Page(200 if health.ready else 503, json.dumps(told).encode(), "application/json")


def metrics(runtime: Runtime, authorization: str) -> Page:
    """The figures for a monitor that shows the token as a bearer; 404 for everybody else."""
    token = runtime.settings.metrics_token
    expected = f"Bearer {token}".encode()
    if not token or not hmac.compare_digest(authorization.encode("utf-8", "replace"), expected):
        return Page(404, b"")
    return Page(200, generate_latest(_registry(runtime)))


def _registry(runtime: Runtime) -> CollectorRegistry:
    health, registry = look(runtime), CollectorRegistry()
    figures = {
        "hotline_database_up": ("The database answers.", float(health.database)),
        "hotline_promises_due": ("Promises due and not kept.", float(health.backlog.due)),
        "hotline_promises_late_seconds": ("Age of the oldest due promise.", health.late_s),
        "hotline_spool_files": ("Spool files waiting for the database.", float(health.spooled)),
        "hotline_spool_corrupt_files": ("Spool files that can't be read.", float(health.corrupt)),
        "hotline_spool_free_bytes": ("Room on the disk of the spool.", float(health.spool_free)),
        "hotline_queue_server_up": ("The bell can be rung.", float(runtime.waker.answers())),
        "hotline_texts_unknown": ("Texts that may have been sent or not.", float(health.unknown_texts)),
        "hotline_texts_held": ("Texts that wait on purpose for the carrier.", float(health.held_texts)),
        "hotline_texts_not_sent": ("Texts that did not leave yet.", float(health.unsent_texts)),
        "hotline_texts_unread": ("Texts in the tray.", float(health.tray)),
    }
    for name, (words, value) in figures.items():
        Gauge(name, words, registry=registry).set(value)
    alarms = Gauge("hotline_alarm", "What the screen warns of.", ["alarm", "line"], registry=registry)
    for trouble in health.troubles:
        alarms.labels(trouble.alarm, trouble.carrier).set(1)
    return registry
