"""Faults on demand: a board on which somebody pins what goes wrong next, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

ALWAYS: Final = -1

RECIPIENT_CODES: Final[dict[int, str]] = {
    100: "Processed",
    101: "Success",
    102: "Success",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}

_REQUEST: Final[dict[str, str]] = {
    "http_401": "Ditolak: 401, kunci salah",
    "http_429": "Ditolak: 429, terlalu sering",
    "http_500": "Galat 500, tidak diproses",
    "http_500_done": "Galat 500, tetapi sudah diproses",
    "http_503": "Galat 503, sedang gangguan",
    "late": "Diproses, jawaban terlambat",
    "late_lost": "Tidak diproses, jawaban terlambat",
    "cut": "Diproses, sambungan putus",
    "cut_lost": "Tidak diproses, sambungan putus",
    "garbage": "Diproses, JSON rusak",
    "html": "Diproses, halaman HTML 200",
    "redirect": "Dialihkan 307 ke alamat lain",
}

CATALOGUE: Final[dict[str, dict[str, str]]] = {
    "send": _REQUEST
    | {"no_sender": "201 tanpa penerima: InvalidSenderId"}
    | {f"code_{code}": f"Penerima: {code} {name}" for code, name in RECIPIENT_CODES.items()},
    "receipt": {
        "none": "Tanpa laporan terkirim",
        "early": "Laporan datang sebelum jawaban kirim",
        "twice": "Laporan Success dua kali",
        "contradictory": "Success lalu Failed",
        "backwards": "Urutan terbalik",
        "buffered": "Buffered: antre di operator, lalu sampai",
        "failed": "Failed: DeliveryFailure",
        "blacklisted": "Failed: UserInBlackList",
        "rejected": "Rejected",
        "expired": "Expired",
        "expired_then_success": "Expired lalu Success",
        "absent": "AbsentSubscriber",
        "absent_then_success": "AbsentSubscriber lalu Success",
        "unknown_word": "Status yang tidak dikenal",
    },
    "inbound": {
        "lost": "Tidak dikirim ke hotline (hanya di daftar ambil)",
        "twice": "Dikirim dua kali",
        "without_id": "Tanpa id",
        "lost_plus": "Nomor kehilangan tanda +",
        "double_zero": "Nomor ditulis 0062…",
        "unknown_date": "Tanggal aneh",
        "json": "JSON, bukan formulir",
        "bad_bytes": "Byte UTF-8 rusak",
    },
    "voice": {
        "step_twice": "Langkah dikirim dua kali",
        "final_twice": "Akhir panggilan dikirim dua kali",
        "final_never": "Akhir panggilan tidak dikirim",
    },
    "call": _REQUEST | {"refused": "Semua ditolak: errorMessage"},
    "recording": {
        "missing": "Rekaman 404",
        "late": "Rekaman terlambat",
        "huge": "Rekaman sangat besar",
        "not_audio": "Bukan suara (HTML)",
        "http_500": "Galat 500",
    },
}
POINT_NAMES: Final[dict[str, str]] = {
    "send": "SMS keluar dari hotline",
    "receipt": "Laporan terkirim",
    "inbound": "SMS masuk ke hotline",
    "voice": "Langkah panggilan",
    "call": "Panggilan keluar dari hotline",
    "recording": "Rekaman suara",
}


class UnknownFaultError(ValueError):
    """No such fault, or a count that makes no sense."""


@dataclass(slots=True)
class Armed:
    """One fault pinned to the board: where, which, how many times are left, and for whom alone (or "")."""

    point: str
    fault: str
    times: int
    number: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape shown by GET /faults."""
        return {"point": self.point, "fault": self.fault, "times": self.times, "number": self.number}


class FaultBoard:
    """First pinned, first happened; one lock, because sends arrive on many threads."""

    def __init__(self) -> None:
        self._armed: list[Armed] = []
        self._lock = Lock()

    def arm(self, point: str, fault: str, times: int = 1, number: str = "") -> None:
        """Let `fault` happen the next `times` times (ALWAYS = until cleared), for `number` only if given."""
        if fault not in CATALOGUE.get(point, {}):
            raise UnknownFaultError(f"no fault {fault!r} at {point!r}")
        if times < 1 and times != ALWAYS:
            raise UnknownFaultError(f"times must be positive or {ALWAYS}, not {times}")
        with self._lock:
            self._armed.append(Armed(point, fault, times, number))

    def take(self, point: str, number: str = "", among: frozenset[str] | None = None) -> str | None:
        """The fault that happens now at `point`, or None; `among` narrows which kinds are asked for."""
        if not self._armed:
            return None
        with self._lock:
            for armed in self._armed:
                wanted = among is None or armed.fault in among
                if wanted and armed.point == point and armed.number in {"", number}:
                    return self._use(armed)
        return None

    def clear(self) -> None:
        """Everything goes right again."""
        with self._lock:
            self._armed.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """What is pinned now, oldest first."""
        with self._lock:
            return [armed.as_json() for armed in self._armed]

    def _use(self, armed: Armed) -> str:
        if armed.times != ALWAYS:
            armed.times -= 1
        if armed.times == 0:
            self._armed.remove(armed)
        return armed.fault


REQUEST_FAULTS: Final = frozenset(_REQUEST) | {"no_sender", "refused"}
RECIPIENT_FAULTS: Final = frozenset(f"code_{code}" for code in RECIPIENT_CODES)
