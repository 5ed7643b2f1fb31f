"""The company speaks to the hotline: form callbacks, repeated with the same words until it hears 2xx."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import local
from typing import Final
from urllib.parse import urlencode

import requests

from hotline.pretend_carrier.exchange import Exchange, Note
from hotline.pretend_carrier.loopback import is_loopback
from hotline.pretend_carrier.settings import Settings
from hotline.pretend_carrier.texts import Text, TextState
from hotline.pretend_carrier.timetable import Timetable

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
NETWORK_CODE: Final = "51010"
log = logging.getLogger(__name__)


class NotLoopbackError(ValueError):
    """An address outside this machine; the pretend company never calls one."""


@dataclass(frozen=True, slots=True)
class Callback:
    """One POST to the hotline, byte for byte as it will be repeated."""

    kind: str
    about: str
    url: str
    body: bytes
    content_type: str = FORM


class Postman:
    """Posts callbacks; keeps one connection pool a thread, follows no redirect and no proxy."""

    def __init__(self, settings: Settings, exchange: Exchange, timetable: Timetable) -> None:
        self._settings = settings
        self._exchange = exchange
        self._timetable = timetable
        self._threads = local()

    def post_inbound(self, text: Text, fault: str | None) -> None:
        """Bring a text to the hotline in the background; its state shows how that goes."""
        callback = self._inbound(text, fault)
        progress = partial(self._show_progress, text)
        for _ in range(2 if fault == "twice" else 1):
            self._timetable.after(0, partial(self.deliver, callback, progress))

    def post_raw_inbound(self, fields: Mapping[str, str]) -> None:
        """Bring exactly these fields to the inbound address, whatever they are."""
        callback = self._callback("inbound", fields.get("from", ""), "sms/{token}/inbound", fields)
        self._timetable.after(0, partial(self.deliver, callback))

    def post_receipt(self, text: Text, status: str, reason: str) -> None:
        """Report on a text the hotline sent, now, in this thread; later tries are in the background."""
        fields = {
            "id": text.id,
            "status": status,
            "phoneNumber": text.recipient,
            "networkCode": NETWORK_CODE,
            "retryCount": "0",
        }
        if reason:
            fields["failureReason"] = reason
        about = f"{status} {text.recipient}"
        self.deliver(self._callback("receipt", about, "sms/{token}/receipt", fields))

    def post_opt_out(self, number: str) -> None:
        """Tell the hotline that this subscriber wants no more texts."""
        fields = {"senderId": self._settings.number, "phoneNumber": number}
        callback = self._callback("opt-out", number, "sms/{token}/opt-out", fields)
        self._timetable.after(0, partial(self.deliver, callback))

    def post_voice(self, url: str, fields: Mapping[str, str]) -> requests.Response:
        """One voice callback and its answer; raises requests' exceptions and NotLoopbackError."""
        about = f"{fields['callSessionState']} {fields['callerNumber']}"
        return self._post(Callback("voice", about, url, urlencode(fields).encode()))

    def post_voice_final(self, url: str, fields: Mapping[str, str]) -> None:
        """The last callback of a call: now, and again in the background until it was heard."""
        about = f"{fields['callSessionState']} {fields['callerNumber']}"
        self.deliver(Callback("voice", about, url, urlencode(fields).encode()))

    def fetch(self, url: str) -> requests.Response:
        """GET something the hotline serves, such as a prompt; raises as post_voice does."""
        if not is_loopback(url):
            raise NotLoopbackError(url)
        return self._session().get(url, timeout=self._settings.voice_timeout, allow_redirects=False)

    def deliver(
        self, callback: Callback, progress: Callable[[bool, int], None] | None = None, tried: int = 0
    ) -> None:
        """One try; a failure puts the next one on the timetable until the delays are used up."""
        heard = self._is_heard(callback)
        if progress:
            progress(heard, tried + 1)
        delays = self._settings.retry_delays
        if not heard and tried < len(delays):
            again = partial(self.deliver, callback, progress, tried + 1)
            self._timetable.after(delays[tried], again)

    def _is_heard(self, callback: Callback) -> bool:
        try:
            return 200 <= self._post(callback).status_code < 300
        except (requests.RequestException, NotLoopbackError):
            return False

    def _post(self, callback: Callback) -> requests.Response:
        if not is_loopback(callback.url):
            raise NotLoopbackError(callback.url)
        try:
            answer = self._session().post(
                callback.url,
                data=callback.body,
                headers={"Content-Type": callback.content_type},
                timeout=self._settings.voice_timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self._exchange.note(Note(callback.kind, callback.about, type(error).__name__))
            raise
        self._exchange.note(Note(callback.kind, callback.about, str(answer.status_code)))
        return answer

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = requests.Session()
            session.trust_env = False
            session.headers["User-Agent"] = "pretend-carrier"
        return session

    def _show_progress(self, text: Text, heard: bool, tries: int) -> None:
        text.tries = max(text.tries, tries)
        if heard:
            self._exchange.set_state(text, TextState.TAKEN)
        elif text.state is not TextState.TAKEN:
            last = tries > len(self._settings.retry_delays)
            self._exchange.set_state(text, TextState.GIVEN_UP if last else TextState.RETRYING)

    def _callback(self, kind: str, about: str, path: str, fields: Mapping[str, str]) -> Callback:
        return Callback(kind, about, self._settings.hook(path), urlencode(fields).encode())

    def _inbound(self, text: Text, fault: str | None) -> Callback:
        url = self._settings.hook("sms/{token}/inbound")
        fields = inbound_fields(text, fault)
        if fault == "json":
            return Callback("inbound", text.sender, url, json.dumps(fields).encode(), JSON)
        body = urlencode(fields)
        if fault == "bad_bytes":
            body = body.replace("&text=", "&text=%FF%FE", 1)
        if fault == "lost_plus":
            body = body.replace("from=%2B", "from=+", 1)
        return Callback("inbound", text.sender, url, body.encode())


def inbound_fields(text: Text, fault: str | None = None) -> dict[str, str]:
    """The form of an inbound text, spoilt as the fault says."""
    fields = {
        "linkId": "",
        "text": text.words,
        "to": text.recipient,
        "id": text.id,
        "date": text.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "from": text.sender,
        "networkCode": NETWORK_CODE,
    }
    match fault:
        case "without_id":
            del fields["id"]
        case "double_zero":
            fields["from"] = "00" + text.sender.removeprefix("+")
        case "unknown_date":
            fields["date"] = text.at.strftime("%d/%m/%y %H.%M WIB")
    return fields
