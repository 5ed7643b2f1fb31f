"""Puts the SIMs in modems together: their lines for sending, and the process that runs their daemons."""

import fcntl
import logging
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from hotline.database import open_engine
from hotline.floods import Floods
from hotline.keeping import Keeper
from hotline.mail import Letter, MailServer, MailState
from hotline.modem_settings import Modem
from hotline.one_core import Cores
from hotline.runtime import Runtime
from hotline.settings import Settings
from hotline.spool import Spool
from ivr import webhooks as voice
from sms import webhooks as texts
from sms.line_rules import LineRules, line_rules_of
from sms.modem import pump
from sms.modem.daemon import Daemon
from sms.modem.gateway import ModemSms
from sms.modem.installing import rules, unit
from sms.modem.pump import Pump
from sms.modem.ringing import written_down
from sms.modem.runner import Place, Runner, place_of
from sms.modem.watch import Teller, Watch

PROMISES: Final = {**texts.PROMISES, **voice.PROMISES, **pump.PROMISES}
"""What every kind of kept callback is promised to be handled by. Whoever keeps anything knows all of them,
since spools are replayed by any process.
"""
ENDS_WITHIN_S: Final = 10.0
"""Whoever watches over a process kills it 15 s after he asked it to end."""
POLL_S: Final = 0.5

_log = logging.getLogger(__name__)


class InUseError(Exception):
    """Another process runs this modem."""


def modem_lines(settings: Settings) -> list[ModemSms]:
    """A line for each modem of the settings."""
    return [ModemSms(modem.name, place_of(settings.var, modem).store) for modem in settings.modems]


def keeper_of(runtime: Runtime, cores: Cores | None = None) -> Keeper:
    """Keeps callbacks and what modems bring, with the spool of this installation."""
    return Keeper(
        engine=open_engine(runtime.settings.database_url, patience_ms=2000),
        spool=Spool(runtime.settings.spool),
        promises=PROMISES,
        clock=runtime.clock,
        ring=runtime.waker.ring,
        cores=cores,
        floods=Floods(texts.SENDERS),
    )


def runner_of(runtime: Runtime, modem: Modem, keeper: Keeper) -> Runner:
    """All parts of one modem's runner."""
    place = place_of(runtime.settings.var, modem)
    store = place.store
    peers = {each.name: each.number for each in runtime.settings.modems}
    rules = line_rules_of(runtime.playbook)
    watch = Watch(runtime, modem, store, rules, peers, alarm_of(runtime, rules))
    bring = Pump(modem, store, place.calls, keeper, runtime.clock.now)
    return Runner(Daemon(place.smsdrc, modem.device, written_down(place.calls)), bring, watch)


def alarm_of(runtime: Runtime, rules: LineRules) -> Teller:
    """Mails to whom the playbook names, past the lines that it speaks of; the screen shows it in any case."""
    to, url = rules.watch.alarm_to, runtime.settings.smtp_url

    def alarm(subject: str, words: str) -> None:
        if url and to:
            letter = Letter(to, f"{runtime.playbook.programme.name}: {subject}", words or subject)
            threading.Thread(target=_mail, args=(url, letter), daemon=True).start()

    return alarm


def _mail(url: str, letter: Letter) -> None:
    mailed = MailServer(url).send(letter)
    if mailed.state is not MailState.SENT:
        _log.error("an alarm was not mailed: %s", mailed.problem)


def write_for_the_machine(var: Path, names: Sequence[str], sockets: Mapping[str, str]) -> list[Path]:
    """The files for udev and systemd, under `var`; `sockets` are those of modems that were plugged anew."""
    folder = (var / "modem").absolute()
    udev, service = folder / "99-hotline-modem.rules", folder / "hotline-modem@.service"
    known = udev.read_text(encoding="utf-8") if udev.is_file() else ""
    udev.write_text(rules(known, sockets, names), encoding="utf-8")
    service.write_text(unit(sys.executable, Path.cwd(), folder.owner()), encoding="utf-8")
    return [udev, service]


def run_modems(runtime: Runtime, modems: Sequence[Modem], stop: threading.Event) -> bool:
    """Runs the modems, each in a thread, until `stop`; whether all came to an end in time. Raises InUseError
    where another process has one.
    """
    keeper = keeper_of(runtime)
    with ExitStack() as stack:
        for modem in modems:
            stack.enter_context(_alone(place_of(runtime.settings.var, modem)))
        return run_all([runner_of(runtime, modem, keeper) for modem in modems], keeper, stop)


def run_all(runners: Sequence[Runner], keeper: Keeper, stop: threading.Event) -> bool:
    """False where something is still under way ENDS_WITHIN_S after `stop`: no daemon is left then, and the
    process must be ended. What it had not handed on stays in the modems' stores.
    """
    work = threading.Thread(target=_run_and_wait, args=(runners, keeper, stop), daemon=True)
    work.start()
    while work.is_alive() and not stop.is_set():
        work.join(POLL_S)  # a signal's handler may set the event: nobody must wait for that itself here
    work.join(ENDS_WITHIN_S)
    if not work.is_alive():
        return True
    _log.warning("what is under way after %.0f s is left where it is", ENDS_WITHIN_S)
    for runner in runners:
        runner.daemon.kill()
    return False


def _run_and_wait(runners: Sequence[Runner], keeper: Keeper, stop: threading.Event) -> None:
    threads = [
        threading.Thread(target=runner.run, args=(stop,), name=runner.pump.line, daemon=True)
        for runner in runners
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keeper.stop()


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """No second daemon may open the same modem."""
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place.folder / "runner.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUseError(f"{place.folder} is in use by another process") from None
        yield
