"""Speech to Africa's Talking's XML.

Names are case-sensitive there: an attribute with a wrong letter is ignored, and the caller goes in circles.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, assert_never

from ivr.speech import (
    Addresses,
    Ask,
    Dequeue,
    Dial,
    Enqueue,
    HangUp,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Speech,
    Step,
)

CONTENT_TYPE: Final = "application/xml"

_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"?>'
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold even escaped."""


def xml_of(speech: Sequence[Speech], addresses: Addresses) -> bytes:
    """The whole answer; an empty list is an empty <Response/>, which leaves the call as it is."""
    response = ET.Element("Response")
    for each in speech:
        response.extend(_elements(each, addresses))
    return _HEAD + ET.tostring(response, encoding="unicode").encode()


def _elements(speech: Speech, addresses: Addresses) -> Iterator[ET.Element]:
    match speech:
        case Play() | Say():
            yield _said(speech, addresses)
        case Ask() | Record():
            yield _listening(speech, addresses)
            # Silence is not reported: the list falls through to here.
            yield _redirect(speech.silence, addresses)
        case Redirect(to):
            yield _redirect(to, addresses)
        case HangUp():
            # There is no such element: a call ends with its list.
            return
        case _:
            yield _element(*_handing_over(speech, addresses))


def _handing_over(
    speech: Dial | Enqueue | Dequeue | Reject, addresses: Addresses
) -> tuple[str, Mapping[str, str | int | None]]:
    """Name and attributes of the element that hands the caller to somebody else, or to nobody."""
    match speech:
        case Dial():
            return "Dial", _dial(speech, addresses.number)
        case Enqueue(name, hold):
            return "Enqueue", {"name": name, "holdMusic": addresses.sound(hold)}
        case Dequeue(number, name):
            return "Dequeue", {"phoneNumber": number, "name": name}
        case Reject():
            return "Reject", {}
        case _:
            assert_never(speech)


def _listening(speech: Ask | Record, addresses: Addresses) -> ET.Element:
    match speech:
        case Ask():
            name = "GetDigits"
            chosen = {
                "timeout": speech.timeout_s,
                "numDigits": speech.digits,
                "finishOnKey": speech.finish,
            }
        case Record():
            name = "Record"
            chosen = {
                "maxLength": speech.longest_s,
                "finishOnKey": speech.finish,
                # The first second of a frightened voice must not be taken for silence.
                "trimSilence": "false",
                "playBeep": "true",
            }
        case _:
            assert_never(speech)
    element = _element(name, {**chosen, "callbackUrl": addresses.step(speech.then)})
    element.append(_said(speech.said, addresses))
    return element


def _said(speech: Play | Say, addresses: Addresses) -> ET.Element:
    if isinstance(speech, Play):
        return _element("Play", {"url": addresses.sound(speech.prompt)})
    return _element("Say", {}, speech.words)


def _dial(speech: Dial, shown: str) -> Mapping[str, str | int | None]:
    return {
        "phoneNumbers": ",".join(speech.numbers),
        "maxDuration": speech.longest_s,
        "sequential": "true" if speech.one_by_one else None,
        "record": "true" if speech.record else None,
        "callerId": shown,
    }


def _redirect(to: Step, addresses: Addresses) -> ET.Element:
    return _element("Redirect", {}, addresses.step(to))


def _element(name: str, attributes: Mapping[str, str | int | None], words: str | None = None) -> ET.Element:
    given = {key: _clean(str(value)) for key, value in attributes.items() if value is not None}
    element = ET.Element(name, given)
    element.text = None if words is None else _clean(words)
    return element


def _clean(words: str) -> str:
    return _NO_XML.sub("", words)
