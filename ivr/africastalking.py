"""Africa's Talking's voice: reading its callbacks, answering them, and placing calls through its SDK."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from africastalking.Voice import VoiceService

from hotline.carrier_http import CarrierHttp, CarrierRefusedError, NotSentError, UnknownOutcomeError
from ivr.africastalking_callback import read_callback
from ivr.africastalking_xml import CONTENT_TYPE, xml_of
from ivr.gateway import Accepted, CallEvent, CallOutcome, NotSent, Refused, Unknown
from ivr.speech import Addresses, Speech

NAME: Final = "africastalking"

_NO_ERROR: Final = frozenset({"", "none"})
_TAKEN: Final = "queued"


class AfricasTalkingVoice:
    """Voice through Africa's Talking: a `VoiceGateway`."""

    name = NAME

    def __init__(
        self, *, username: str, api_key: str, number: str, region: str, voice_url: str, http: CarrierHttp
    ) -> None:
        """`number`: ours, E.164, which calls come from. `region`: the numbering plan of callers."""
        self._number = number
        self._region = region
        self._service = _Service(username, api_key, voice_url, http)
        self.longest_s = http.longest_s

    def read_event(self, form: Mapping[str, str]) -> CallEvent:
        """The event behind a callback's fields."""
        return read_callback(NAME, form, self._region)

    def render(self, speech: Sequence[Speech], addresses: Addresses) -> tuple[bytes, str]:
        """The XML that answers a callback, and its content type."""
        return xml_of(speech, addresses), CONTENT_TYPE

    def place_call(self, to: str, request_id: str) -> CallOutcome:
        """Ring `to`; once, whatever happens."""
        try:
            return _outcome(self._service.call_tagged(self._number, to, request_id))
        except NotSentError as error:
            return NotSent(str(error))
        except UnknownOutcomeError as error:
            return Unknown(str(error))
        except CarrierRefusedError as error:
            return Refused(str(error))


class _Service(VoiceService):
    """The SDK's service with our transport and address, and with a mark on each call."""

    def __init__(self, username: str, api_key: str, voice_url: str, http: CarrierHttp) -> None:
        # Before the SDK's own, which calls _init_service.
        self._voice_url = voice_url.rstrip("/")
        self._http = http
        super().__init__(username, api_key)

    def _init_service(self) -> None:
        super()._init_service()
        self._baseUrl = self._voice_url

    def call_tagged(self, caller: str, to: str, request_id: str) -> object:
        """The SDK's `call` with a clientRequestId, which it can't send and which the callbacks bring back."""
        data = {"username": self._username, "from": caller, "to": to, "clientRequestId": request_id}
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        url = self._make_url("/call")
        return self._make_request(url, "POST", headers, data=data, params=None)

    def _make_request(  # noqa: PLR0917 - the SDK's own signature, which its methods call by position
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, Any] | None,
        params: Mapping[str, Any] | None,
        callback: object = None,  # noqa: ARG002
        timeout: object = None,  # noqa: ARG002
    ) -> object:
        return self._http.request(method, url, headers, data, params).json()


def _outcome(answer: object) -> CallOutcome:
    """What the answer to one call means: {"entries": [{"status", "sessionId", …}], "errorMessage"}."""
    fields = answer if isinstance(answer, dict) else {}
    error = str(fields.get("errorMessage") or "")
    if error.lower() not in _NO_ERROR:
        return Refused(error)
    entries = fields.get("entries")
    entry = entries[0] if isinstance(entries, list) and entries else None
    if not isinstance(entry, dict) or not entry.get("status"):
        return Unknown(f"no word about the call: {answer!r:.200}")
    return _entry_outcome(str(entry["status"]), str(entry.get("sessionId") or ""))


def _entry_outcome(status: str, session: str) -> CallOutcome:
    if status.lower() != _TAKEN:
        return Refused(status)
    return Accepted("" if session.lower() in _NO_ERROR else session)
