"""What Gammu SMSD is told: one configuration file a modem, written by `flask modem configure`.

Some of the daemon's own queries are replaced (a documented option of it):

* a text that it has taken up is never taken up again, so that a daemon that was killed in the middle does not
  send it twice: what became of it is for us to say;
* that it failed is written down together with the code; the daemon itself writes that a moment later;
* a report of the network is written down as it is, whether its text is known by then or not: the daemon
  itself forgets one that comes before its own note of the text, or by another service centre.
"""

from dataclasses import dataclass
from typing import Final

from hotline.modem_settings import Modem

DUMMY: Final = "dummy:"
SEND_TIMEOUT_S: Final = 20


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The daemon's pauses in seconds: between rounds, and between looks at what each is about."""

    loop: int = 1
    receive: int = 2
    send: int = 1
    status: int = 10


_TAKEN_FOR_GOOD: Final = (
    "UPDATE outbox SET SendingTimeOut = '9999-01-01 00:00:00' WHERE ID = %1"
    " AND SendingTimeOut < datetime('now', 'localtime')"
)
_FAILED: Final = "UPDATE outbox SET Retries = %2, StatusCode = %3 WHERE ID = %1"
_REPORTED: Final = "INSERT INTO reports (TPMR, Number, Status) VALUES (%t, %R, %e)"


def smsdrc(modem: Modem, folder: str, rhythm: Rhythm) -> str:
    """The file's text. `folder` holds Gammu's database."""
    smsd = _smsd(modem.name, folder, rhythm)
    return "\n".join([*_gammu(modem.device), "", *smsd, "", *_sql(), ""])


def _gammu(device: str) -> list[str]:
    """How the modem is reached."""
    if device.startswith(DUMMY):
        return ["[gammu]", "model = dummy", "connection = none", f"device = {device.removeprefix(DUMMY)}"]
    return ["[gammu]", f"device = {device}", "connection = at"]


def _smsd(name: str, folder: str, rhythm: Rhythm) -> list[str]:
    values = {
        "service": "sql", "driver": "sqlite3", "dbdir": f"{folder}/", "database": "smsd.sqlite3",
        "phoneid": name, "logfile": "stdout",
        "debuglevel": 4,  # all that is said to the modem: our runner reads it and keeps nothing of it
        "commtimeout": rhythm.send, "loopsleep": rhythm.loop, "receivefrequency": rhythm.receive,
        "statusfrequency": rhythm.status,
        "sendtimeout": SEND_TIMEOUT_S, "maxretries": 0, "retrytimeout": 1, "checksecurity": 0,
        "checkbattery": 0, "multiparttimeout": 0,  # parts are put together by us
        "deliveryreport": "sms",
        "hangupcalls": 0,  # the daemon can stand still over it; a call that nobody answers may be diverted
    }  # fmt: skip
    return ["[smsd]", *(f"{key} = {value}" for key, value in values.items())]


def _sql() -> list[str]:
    return [
        "[sql]",
        f"refresh_send_status = {_TAKEN_FOR_GOOD}",
        f"update_retries = {_FAILED}",
        f"save_inbox_sms_select = {_REPORTED}",
    ]
