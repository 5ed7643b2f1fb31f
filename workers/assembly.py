"""Puts one process together: settings, playbook with all its checks, engine, gateways, keepers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from hotline.bundling import tell_officer
from hotline.carrier_http import CarrierHttp
from hotline.clock import SystemClock
from hotline.database import open_engine
from hotline.domain.playbook import Fault, Playbook
from hotline.escalating import Lines, keep_case, keep_unit, no_voice_line, ring
from hotline.evaluation.calendar import begin_month
from hotline.evaluation.files import MakingReport
from hotline.evaluation.mailing import MailingReport
from hotline.handoff import keep_leg
from hotline.outbox import LEASES, Kind
from hotline.playbook_reader import read_playbook
from hotline.privacy.forgetting import Forget
from hotline.reminding import remind
from hotline.runtime import Runtime, SilentWaker, Waker
from hotline.settings import Settings
from hotline.unit_of_work import UnitOfWork
from hotline.words_in_force import WordsInForce
from ivr.africastalking import AfricasTalkingVoice
from ivr.answering import close_silent
from ivr.current_sounds import CurrentSounds
from ivr.dialling import Dialling
from ivr.line import VoiceLine
from ivr.menu_check import check_menu
from ivr.menu_reader import menu_of
from ivr.recordings import Fetching, forget_recording
from ivr.sound_check import SoundCheck
from ivr.sounds import NoTelephoneSoundError, read_clip, read_clips
from ivr.speech import Prompt
from ivr.switched_off import SwitchedOff
from ivr.webhooks import read_call
from sms.africastalking import AfricasTalkingSms
from sms.ahead import ReadAhead
from sms.alarming import MailingAlarm
from sms.canary import check_canary, send_canary
from sms.dead_lines import start_watch, watch_lines
from sms.gateway import SmsGateway
from sms.grammar import check_lexicon, check_model
from sms.learned import Readers
from sms.line_rules import check_lines, line_rules_of
from sms.lines import TextLines, by_line
from sms.modem.calls import read_missed_call
from sms.reading import read_fetched, read_text, read_texts
from sms.receipts import read_opt_out, read_receipt, read_receipts
from sms.sending import Sending
from sms.understanding import WordsReader
from sms.watching import FetchingTexts, WatchingBalance, start_timers
from workers.drain import SENDERS, URGENT_SENDERS
from workers.keepers import Keepers, Many, Outside
from workers.modems import modem_lines

CONNECT_S: Final = 3.0
READ_S: Final = 8.0
POOL: Final = SENDERS + URGENT_SENDERS
"""A connection for each sender: one too many would be opened anew for every text."""
A_PROMPT: Final = Prompt(("thanks",))
"""Fetched to see whether the carrier can fetch our sounds."""


@dataclass(frozen=True)
class Assembly:
    """What a process is made of."""

    runtime: Runtime
    readers: Readers
    texts: TextLines
    line: VoiceLine


def check_sounds(playbook: Playbook) -> list[Fault]:
    """A fault for each sound of the folder that no telephone could play."""
    faults: list[Fault] = []
    for path in sorted((Path(playbook.folder) / "prompts").glob("*.wav")):
        try:
            read_clip(path.read_bytes())
        except NoTelephoneSoundError as error:
            faults.append(Fault(str(path), 1, f"is no 8 kHz mono 16-bit WAV: {error}"))
    return faults


CHECKERS: Final[Sequence[Callable[[Playbook], list[Fault]]]] = (
    check_lexicon,
    check_menu,
    check_sounds,
    check_lines,
)
"""What other packages hold a playbook to."""

ADVISERS: Final[Sequence[Callable[[Playbook], list[Fault]]]] = (check_model,)
"""What should be mended, but stops nobody from starting: without its model the text line works by rules."""


def assemble(settings: Settings, waker: Waker | None = None) -> Assembly:
    """Reads the playbook and opens what a process needs; nothing is connected yet.

    Raises PlaybookError with every fault of the playbook.
    """
    playbook = read_playbook(settings.playbook, CHECKERS)
    readers = Readers(playbook)
    engine = open_engine(settings.database_url)
    words = WordsReader(readers, engine)
    runtime = Runtime(
        settings=settings,
        engine=engine,
        words=WordsInForce(playbook),
        read_words=words,
        unread_words=words.unread,
        clock=SystemClock(),
        waker=waker or SilentWaker(),
    )
    return Assembly(runtime, readers, text_lines(settings, playbook), voice_line(runtime))


def text_lines(settings: Settings, playbook: Playbook) -> TextLines:
    """The lines for texts, in the order of the settings."""
    kinds: dict[str, Callable[[], Sequence[SmsGateway]]] = {
        "africastalking": lambda: [carrier_line(settings)], "modem": lambda: modem_lines(settings),
    }  # fmt: skip
    gateways = [line for kind in settings.sms_gateways for line in kinds[kind]()]
    modems = [modem.name for modem in settings.modems if "modem" in settings.sms_gateways]
    return TextLines(gateways, line_rules_of(playbook) if modems else None, modems)


def carrier_line(settings: Settings) -> SmsGateway:
    """The text line's carrier. Raises ValueError if its timeouts outlast the lease of a promise to send."""
    http = CarrierHttp(CONNECT_S, READ_S, POOL)
    lease = LEASES[Kind.SEND_TEXT].total_seconds()
    if http.longest_s * 2 > lease:
        raise ValueError(f"a send may take {http.longest_s} s; the lease of {lease} s must be twice that")
    return AfricasTalkingSms(
        settings.carrier_username, settings.carrier_api_key, settings.carrier_api_url, settings.number, http
    )


def voice_line(runtime: Runtime) -> VoiceLine:
    """The voice line: menu and sounds of the playbook, over its carrier."""
    settings = runtime.settings
    gateway = AfricasTalkingVoice(
        username=settings.carrier_username, api_key=settings.carrier_api_key, number=settings.number,
        region=runtime.playbook.programme.region, voice_url=settings.carrier_voice_url,
        http=CarrierHttp(CONNECT_S, READ_S, POOL),
    )  # fmt: skip
    if gateway.longest_s * 2 > LEASES[Kind.PLACE_CALL].total_seconds():
        raise ValueError(f"placing a call may take {gateway.longest_s} s; its lease must be twice that")
    voices = CurrentSounds(runtime, read_clips(Path(runtime.playbook.folder) / "prompts"))

    def an_address() -> str:
        return line.addresses.sound(A_PROMPT)

    line = VoiceLine(runtime, gateway, menu_of(runtime.playbook), voices, SoundCheck(an_address))
    return line


def lines_of(assembly: Assembly) -> Lines:
    """What the ladder can ask of the lines here."""
    speaks = assembly.runtime.settings.has_voice
    return Lines(receipts=assembly.texts.give_receipts, dial=ring if speaks else no_voice_line)


def keepers(assembly: Assembly) -> Keepers:
    """Who keeps each kind of promise."""
    texts, settings = assembly.texts, assembly.runtime.settings
    sms, rules = texts.called, line_rules_of(assembly.runtime.playbook)
    inside: dict[Kind, Callable[[UnitOfWork, int], None]] = {
        Kind.READ_TEXT: by_line(texts, partial(read_text, readers=assembly.readers, rules=texts.rules)),
        Kind.READ_FETCHED: partial(read_fetched, gateway=sms, readers=assembly.readers),
        Kind.READ_RECEIPT: by_line(texts, read_receipt),
        Kind.READ_OPT_OUT: by_line(texts, read_opt_out),
        Kind.READ_MISSED_CALL: read_missed_call,
        Kind.WATCH_LINES: partial(watch_lines, lines=texts, rules=rules, speaks=settings.has_voice),
        Kind.READ_CALL: partial(read_call, line=assembly.line),
        Kind.CLOSE_SILENT_CALL: partial(close_silent, line=assembly.line),
        Kind.FORGET_RECORDING: forget_recording,
        Kind.SEND_CANARY: partial(send_canary, number=settings.number, carrier=sms.name),
        Kind.CHECK_CANARY: check_canary,
        Kind.WATCH_UNIT: partial(keep_unit, lines=lines_of(assembly)),
        Kind.WATCH_CASE: keep_case,
        Kind.WATCH_LEG: keep_leg,
        Kind.TELL_OFFICER: tell_officer,
        Kind.REMIND_SHIFTS: remind,
        Kind.BEGIN_MONTH: partial(begin_month, mail=bool(settings.smtp_url)),
    }
    outside: dict[Kind, Outside] = {
        Kind.FETCH_RECORDING: Fetching(settings.recording_hosts, at_home=not settings.production),
        Kind.PLACE_CALL: Dialling(assembly.line.gateway if settings.has_voice else SwitchedOff()),
        Kind.FETCH_MESSAGES: FetchingTexts(sms),
        Kind.ASK_BALANCE: WatchingBalance(sms),
        Kind.MAKE_REPORT: MakingReport(assembly.runtime),
        Kind.MAIL_REPORT: MailingReport(settings.smtp_url),
        Kind.MAIL_ALARM: alarm_mail(assembly),
        Kind.FORGET: Forget(assembly.runtime),
    }
    ahead = ReadAhead(texts.heard, assembly.readers, assembly.runtime.playbook.programme.region)
    many: dict[Kind, Many] = {
        Kind.READ_TEXT: partial(read_texts, ahead=ahead, rules=texts.rules),
        Kind.READ_RECEIPT: partial(read_receipts, heard=texts.heard),
    }
    return Keepers(
        inside=inside, outside=outside, together={Kind.SEND_TEXT: Sending(texts)}, many=many,
        ahead={Kind.READ_TEXT: ahead.look},
    )  # fmt: skip


def alarm_mail(assembly: Assembly) -> MailingAlarm:
    """Who is told of a dead carrier, and how often: as of a dead modem."""
    told, url = line_rules_of(assembly.runtime.playbook).watch, assembly.runtime.settings.smtp_url
    texts = assembly.texts
    return MailingAlarm(url, told.alarm_to, told.alarm_again_hours, texts.called.name, texts.modems)


def start_line(assembly: Assembly) -> None:
    """Starts the text lines' timers, and asks the carrier at once what was missed. SIMs are watched by the
    process that runs them; whether that is so, and whom to tell of a dead line, by this one.
    """
    texts = assembly.texts
    with assembly.runtime.work() as work:
        now = assembly.runtime.clock.database_now(work.session)
        if texts.modems or assembly.runtime.settings.has_voice:
            start_watch(work, now)
        if texts.carrier is not None:
            start_timers(work, texts.carrier, now)
