"""What the hotline's XML tells a line to do: read strictly, element by element, names in their exact case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

LARGEST: Final = 64_000


class ScriptError(ValueError):
    """The answer is not a script the company can follow; the text says why."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak these words."""

    words: str
    beep: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """Play the sound at this URL."""

    url: str


Prompt = Say | Play


@dataclass(frozen=True, slots=True)
class GetDigits:
    """Ask for keys; `num_digits` 0 and `finish_on_key` "" mean not given."""

    prompt: Prompt | None
    num_digits: int
    timeout: float
    finish_on_key: str
    callback_url: str


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller; a terminal one runs until hang-up and nothing follows it."""

    prompt: Prompt | None
    finish_on_key: str
    max_length: float
    timeout: float
    beep: bool
    callback_url: str
    terminal: bool


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring these telephones, all at once or one after the other."""

    numbers: tuple[str, ...]
    record: bool
    sequential: bool
    caller_id: str
    max_duration: float


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Wait in a queue with music."""

    name: str
    hold_music: str


@dataclass(frozen=True, slots=True)
class Dequeue:
    """Take the first who waits."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ask this URL what to do."""

    url: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse the call before it is answered."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An element or attribute the company does not know, and passes over."""

    what: str


Action = Say | Play | GetDigits | Record | Dial | Enqueue | Dequeue | Redirect | Reject | Unknown

ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "Say": frozenset({"voice", "playBeep"}),
    "Play": frozenset({"url"}),
    "GetDigits": frozenset({"numDigits", "timeout", "finishOnKey", "callbackUrl"}),
    "Record": frozenset({"finishOnKey", "maxLength", "timeout", "trimSilence", "playBeep", "callbackUrl"}),
    "Dial": frozenset(
        {"phoneNumbers", "record", "sequential", "callerId", "ringBackTone", "ringbackTone", "maxDuration"}
    ),
    "Enqueue": frozenset({"name", "holdMusic"}),
    "Dequeue": frozenset({"phoneNumber", "name"}),
    "Redirect": frozenset(),
    "Reject": frozenset(),
}


def read_script(body: bytes) -> tuple[Action, ...]:
    """The actions of a <Response>; an empty body is an empty list. Raises ScriptError."""
    if not body.strip():
        return ()
    if len(body) > LARGEST or b"<!DOCTYPE" in body:
        raise ScriptError("the answer is too large or has a DOCTYPE")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - loopback only, no DOCTYPE, bounded  # nosec B314
    except ElementTree.ParseError as error:
        raise ScriptError(f"not XML: {error}") from error
    if root.tag != "Response":
        raise ScriptError(f"the root is <{root.tag}>, not <Response>")
    return tuple(action for element in root for action in _read(element))


def _read(element: ElementTree.Element) -> list[Action]:
    known = ATTRIBUTES.get(element.tag)
    if known is None:
        return [Unknown(f"<{element.tag}>")]
    strange = [Unknown(f"{element.tag} {name}") for name in element.attrib if name not in known]
    return [*strange, READERS[element.tag](element)]


def _say(element: ElementTree.Element) -> Say:
    return Say(" ".join("".join(element.itertext()).split()), element.get("playBeep") == "true")


def _play(element: ElementTree.Element) -> Play:
    url = element.get("url")
    if not url:
        raise ScriptError("<Play> without url")
    return Play(url)


def _get_digits(element: ElementTree.Element) -> GetDigits:
    return GetDigits(
        prompt=_prompt(element),
        num_digits=int(_number(element, "numDigits", 0)),
        timeout=_number(element, "timeout", 30),
        finish_on_key=element.get("finishOnKey", ""),
        callback_url=element.get("callbackUrl", ""),
    )


def _record(element: ElementTree.Element) -> Record:
    return Record(
        prompt=_prompt(element),
        finish_on_key=element.get("finishOnKey", ""),
        max_length=_number(element, "maxLength", 0),
        timeout=_number(element, "timeout", 3600),
        beep=element.get("playBeep") == "true",
        callback_url=element.get("callbackUrl", ""),
        terminal=not element.attrib and len(element) == 0,
    )


def _dial(element: ElementTree.Element) -> Dial:
    numbers = tuple(number.strip() for number in element.get("phoneNumbers", "").split(",") if number.strip())
    if not numbers:
        raise ScriptError("<Dial> without phoneNumbers")
    return Dial(
        numbers=numbers,
        record=element.get("record") == "true",
        sequential=element.get("sequential") == "true",
        caller_id=element.get("callerId", ""),
        max_duration=_number(element, "maxDuration", 0),
    )


def _enqueue(element: ElementTree.Element) -> Enqueue:
    return Enqueue(element.get("name", ""), element.get("holdMusic", ""))


def _dequeue(element: ElementTree.Element) -> Dequeue:
    number = element.get("phoneNumber")
    if not number:
        raise ScriptError("<Dequeue> without phoneNumber")
    return Dequeue(number, element.get("name", ""))


def _redirect(element: ElementTree.Element) -> Redirect:
    return Redirect((element.text or "").strip())


def _reject(_element: ElementTree.Element) -> Reject:
    return Reject()


READERS: Final[dict[str, Callable[[ElementTree.Element], Action]]] = {
    "Say": _say,
    "Play": _play,
    "GetDigits": _get_digits,
    "Record": _record,
    "Dial": _dial,
    "Enqueue": _enqueue,
    "Dequeue": _dequeue,
    "Redirect": _redirect,
    "Reject": _reject,
}


def _prompt(element: ElementTree.Element) -> Prompt | None:
    if len(element) > 1:
        raise ScriptError(f"<{element.tag}> takes one <Say> or one <Play>, not {len(element)} elements")
    if len(element) == 0:
        return None
    match element[0].tag:
        case "Say":
            return _say(element[0])
        case "Play":
            return _play(element[0])
        case other:
            raise ScriptError(f"<{element.tag}> takes a <Say> or a <Play>, not <{other}>")


def _number(element: ElementTree.Element, name: str, default: float) -> float:
    written = element.get(name)
    try:
        return float(written) if written else default
    except ValueError as error:
        raise ScriptError(f"<{element.tag} {name}={written!r}> is not a number") from error
