"""What is wrong with a modem: a decision over what is known of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from hotline.carriers import Alarm
from hotline.models import Line
from sms.line_rules import ModemWatch


def problems_of(line: Line, rules: ModemWatch, now: datetime) -> list[Alarm]:
    """All that is wrong, the worst first. A modem that is silent tells nothing else."""
    if _TESTS[Alarm.SILENT](line, rules, now):
        return [Alarm.SILENT]
    return [problem for problem, test in _TESTS.items() if test(line, rules, now)]


def _silent(line: Line, rules: ModemWatch, now: datetime) -> bool:
    return line.seen_at is None or now - line.seen_at > timedelta(minutes=rules.silent_minutes)


def _no_network(line: Line, _rules: ModemWatch, _now: datetime) -> bool:
    return line.registered is False


def _no_credit(line: Line, _rules: ModemWatch, _now: datetime) -> bool:
    return line.credit_left == 0


def _low_credit(line: Line, rules: ModemWatch, _now: datetime) -> bool:
    return line.credit_left is not None and 0 < line.credit_left < rules.least_credit


def _weak_signal(line: Line, rules: ModemWatch, _now: datetime) -> bool:
    return line.signal is not None and line.signal < rules.least_signal_percent


def _storage(line: Line, rules: ModemWatch, _now: datetime) -> bool:
    if line.storage_used is None or not line.storage_size:
        return False
    return line.storage_used * 100 / line.storage_size > rules.most_storage_percent


def _canary_lost(line: Line, rules: ModemWatch, now: datetime) -> bool:
    sent, back = line.canary_sent_at, line.canary_back_at
    if sent is None or (back is not None and back >= sent):
        return False
    return now - sent > timedelta(minutes=rules.canary_minutes)


_TESTS: Final[Mapping[Alarm, Callable[[Line, ModemWatch, datetime], bool]]] = {
    Alarm.SILENT: _silent,
    Alarm.NO_NETWORK: _no_network,
    Alarm.NO_CREDIT: _no_credit,
    Alarm.WEAK_SIGNAL: _weak_signal,
    Alarm.STORAGE: _storage,
    Alarm.LOW_CREDIT: _low_credit,
    Alarm.CANARY_LOST: _canary_lost,
}
