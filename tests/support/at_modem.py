"""A modem on a pseudo-terminal: enough AT commands (3GPP TS 27.005, 27.007) for Gammu to drive it.

It stores what arrives, takes what is sent, and fails as a test tells it: with a code, with an error that says
nothing, or with silence.
"""

import os
import re
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import Final

from tests.support.pdu import Submit, deliver, read_submit, status_report

SILENCE: Final = -1
"""A fate of a text: the modem takes it and never says a word."""
PLAIN_ERROR: Final = 0
"""A fate of a text: ERROR without a code."""
GOES: Final = None
"""A fate of a text: it is taken."""
SLOTS: Final = 20
THINKS_S: Final = 0.03
"""Before it says what lies on the SIM; a daemon without a pause asks that again and again."""
_COMMAND: Final = re.compile(r"^(AT[^=?]*)(=\?|\?|=)?(.*)$", re.IGNORECASE | re.DOTALL)


@dataclass
class AtModem:
    """One modem with its SIM. `link` is the path that the daemon opens; it stays where the terminal behind
    it is pulled out and put in again.
    """

    link: Path
    number: str = "+6281270000001"
    signal: int = 20
    registered: bool = True
    credit: str = "Sisa pulsa Rp 25.000 s.d. 31/12/2026"
    reports: bool = True
    """Whether the network tells what became of a text."""
    fates: list[int | None] = field(default_factory=list)
    """What becomes of the next parts: a CMS code, or GOES, SILENCE, PLAIN_ERROR; all others go."""
    sent: list[Submit] = field(default_factory=list)
    """What was taken, part by part."""
    tried: list[Submit] = field(default_factory=list)
    """What it was asked to send, whatever came of it."""
    slots: dict[int, str] = field(default_factory=dict)
    """What lies on the SIM: place to PDU."""
    asked: list[str] = field(default_factory=list)
    dead: bool = False
    """Open but answering nothing, as modems do that hang."""
    hangs: bool = False
    """Whether a text was taken in silence, and its daemon has not asked for anything since."""
    on_sent: Callable[[Submit], None] | None = None

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._reference = 0
        self._pdu_waits = self._names_callers = False
        self._stop = threading.Event()
        self._plug_in()
        self._thread = threading.Thread(target=self._serve, name="modem")
        self._thread.start()

    def receive(self, pdu: str) -> None:
        """The network brings a text; where the SIM is full it is lost, as the network would try again."""
        with self._lock:
            place = next(slot for slot in range(1, SLOTS + 1) if slot not in self.slots)
            self.slots[place] = pdu
            self._say(f'\r\n+CMTI: "SM",{place}\r\n')

    def text(self, sender: str, words: str, **options: object) -> None:
        """Somebody texts this SIM; `options` as `tests.support.pdu.deliver` has them."""
        self.receive(deliver(sender, words, **options))  # type: ignore[arg-type]

    def report(self, submit: Submit, status: int = 0) -> None:
        """The network tells what became of a text: `status` as TS 23.040 9.2.3.15 counts."""
        pdu = status_report(submit, status)
        with self._lock:
            self._say(f"\r\n+CDS: {len(pdu) // 2 - 1}\r\n{pdu}\r\n")

    def ring(self, caller: str, times: int = 1) -> None:
        """Somebody calls the SIM."""
        with self._lock:
            for _ in range(times):
                named = f'\r\n+CLIP: "{caller}",145,"",0,"",0\r\n' if self._names_callers else ""
                self._say(f"\r\nRING\r\n{named}")

    def pull_out(self) -> None:
        """The plug leaves the socket."""
        with self._lock:
            self.link.unlink(missing_ok=True)
            self._unplug()

    def put_in(self) -> None:
        """The plug is back."""
        with self._lock:
            self._plug_in()

    def close(self) -> None:
        """Ends it."""
        self._stop.set()
        self._thread.join(10)
        self._unplug()
        self.link.unlink(missing_ok=True)

    def _plug_in(self) -> None:
        self._line, self._far_end = os.openpty()
        tty.setraw(self._far_end)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self._far_end))

    def _unplug(self) -> None:
        for end in (self._line, self._far_end):
            with suppress(OSError):
                os.close(end)
        self._line = self._far_end = -1

    def _serve(self) -> None:
        heard = ""
        while not self._stop.is_set():
            line = self._line
            if line < 0:
                self._stop.wait(0.05)
                continue
            try:
                ready, _, _ = select([line], [], [], 0.05)
                if ready:
                    heard += os.read(line, 4096).decode("latin-1")
            except (OSError, ValueError):
                self._stop.wait(0.05)
                continue
            heard = self._take(heard)

    def _take(self, heard: str) -> str:
        """Acts on every whole command; what is left of the bytes."""
        while True:
            end = "\x1a" if self._pdu_waits else "\r"
            if "\x1b" in heard:
                self._pdu_waits, heard = False, heard.partition("\x1b")[2].lstrip("\r")
                continue
            command, found, rest = heard.partition(end)
            if not found:
                return heard
            heard = rest
            with self._lock:
                if not self.dead:
                    self._answer(command.strip())

    def _answer(self, command: str) -> None:
        if self._pdu_waits:
            self._pdu_waits = False
            self._submit(command)
            return
        if not command:
            return
        self.asked.append(command)
        self.hangs = False
        if command.startswith("AT+CPMS"):
            time.sleep(THINKS_S)
        self._say(f"{command}\r")
        match = _COMMAND.match(command)
        name = match.group(1).upper() if match else command
        how, value = (match.group(2) or "", match.group(3)) if match else ("", "")
        for line in self._lines(name, how, value):
            self._say(f"\r\n{line}\r\n" if line != "> " else "\r\n> ")

    def _lines(self, name: str, how: str, value: str) -> Iterator[str]:
        act = self._acts().get(name + how)
        if act is not None:
            yield from act(value)
            return
        answer = self._facts().get(name + how)
        if answer is not None:
            yield answer
        elif how in {"?", "=?"} or name in _OF_OTHER_MAKERS:
            yield "ERROR"
            return
        yield "OK"

    def _acts(self) -> dict[str, Callable[[str], Iterator[str]]]:
        return {
            "AT+CMGS=": self._prompt, "AT+CMGL=": self._list, "AT+CMGR=": self._read,
            "AT+CMGD=": self._delete, "AT+CUSD=": self._request, "AT+CLIP=": self._name_callers,
        }  # fmt: skip

    def _prompt(self, _size: str) -> Iterator[str]:
        self._pdu_waits = True
        yield "> "

    def _list(self, _which: str) -> Iterator[str]:
        for place, pdu in sorted(self.slots.items()):
            yield f"+CMGL: {place},0,,{_size(pdu)}\r\n{pdu}"
        yield "OK"

    def _read(self, place: str) -> Iterator[str]:
        pdu = self.slots.get(int(place))
        if pdu is None:
            yield "+CMS ERROR: 321"
            return
        yield f"+CMGR: 0,,{_size(pdu)}\r\n{pdu}"
        yield "OK"

    def _delete(self, place: str) -> Iterator[str]:
        self.slots.pop(int(place), None)
        yield "OK"

    def _request(self, value: str) -> Iterator[str]:
        yield "OK"
        if "," in value:
            yield f'+CUSD: 0,"{self.credit.encode("utf-16-be").hex().upper()}",72'

    def _name_callers(self, value: str) -> Iterator[str]:
        self._names_callers = value == "1"
        yield "OK"

    def _facts(self) -> dict[str, str]:
        used = f"{len(self.slots)},{SLOTS}"
        network = f'{int(self.registered)},"1A2B","00C3"'
        return {
            "AT+CGMI": "SIMCOM_Ltd", "AT+CGMM": "SIM800", "AT+CGMR": "1418B05", "AT+CGSN": "356938035643809",
            "AT+CIMI": "510100000000001", "AT+CPIN?": "+CPIN: READY", "AT+CSQ": f"+CSQ: {self.signal},99",
            "AT+CREG?": f"+CREG: 2,{network}", "AT+CGREG?": f"+CGREG: 2,{network}",
            "AT+CGATT?": f"+CGATT: {int(self.registered)}",
            "AT+COPS?": '+COPS: 0,2,"51010"', "AT+CMGF?": "+CMGF: 0", "AT+CMGF=?": "+CMGF: (0,1)",
            "AT+CSCS=?": '+CSCS: ("IRA","UCS2","GSM")', "AT+CSCS?": '+CSCS: "GSM"',
            "AT+CNMI=?": "+CNMI: (0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)", "AT+CSMS?": "+CSMS: 0,1,1,1",
            "AT+CPMS=?": '+CPMS: ("SM"),("SM"),("SM")',
            "AT+CPMS?": f'+CPMS: "SM",{used},"SM",{used},"SM",{used}',
            "AT+CPMS=": f"+CPMS: {used},{used},{used}", "AT+CSCA?": '+CSCA: "+6281100000",145',
            "AT+CBC": "+CBC: 0,100", "AT+CCLK?": '+CCLK: "26/11/26,12:00:00+28"', "AT+CMGL=?":
            "+CMGL: (0,1,2,3,4)", "AT+CUSD=?": "+CUSD: (0,1,2)", "AT+CNUM": f'+CNUM: "","{self.number}",145',
        }  # fmt: skip

    def _submit(self, pdu: str) -> None:
        fate = self.fates.pop(0) if self.fates else GOES
        self.tried.append(read_submit(pdu, self._reference))
        self.hangs = fate == SILENCE
        if self.hangs:
            return
        if fate is not None:
            self._say("\r\nERROR\r\n" if fate == PLAIN_ERROR else f"\r\n+CMS ERROR: {fate}\r\n")
            return
        self._reference = (self._reference + 1) % 256
        submit = read_submit(pdu, self._reference)
        self.sent.append(submit)
        self._say(f"\r\n+CMGS: {self._reference}\r\n\r\nOK\r\n")
        if self.reports and submit.wants_report:
            self.report(submit)
        if self.on_sent is not None:
            self.on_sent(submit)

    def _say(self, words: str) -> None:
        with suppress(OSError):
            os.write(self._line, words.encode("latin-1"))


_OF_OTHER_MAKERS: Final = frozenset({"AT+MODE", "AT^CURC"})
"""Asked for by Gammu to tell makers apart; who takes them is driven in another way."""


def _size(pdu: str) -> int:
    """Octets without those of the service centre, as the modem counts them."""
    return len(pdu) // 2 - int(pdu[:2], 16) - 1
