"""What `doctor` looks at beyond the desk: account, modems, our address from outside, bell, sounds, model."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from hotline.carrier_http import CarrierHttp, CarrierHttpError, CarrierRefusedError
from hotline.doctor import Examination, Finding, State
from hotline.modem_settings import Modem
from hotline.runtime import Runtime
from ivr.sounds import read_clips
from sms.africastalking import AfricasTalkingSms
from sms.gateway import Balance
from sms.grammar import check_model
from sms.line_rules import line_rules_of
from sms.modem.daemon import PROGRAM
from sms.modem.runner import place_of
from sms.modem.smsdrc import DUMMY
from workers.queues import fault_of

AFRICASTALKING: Final = "africastalking"
CONNECT_S: Final = 3.0
READ_S: Final = 8.0
QUEUE_PATIENCE_S: Final = 2.0
ONLY_POST: Final = 405
"""What our door answers to somebody who knows the token and does not post."""


def carrier_account(runtime: Runtime) -> Finding:
    """The account answers, and what it holds."""
    settings = runtime.settings
    if AFRICASTALKING not in (*settings.sms_gateways, settings.voice_gateway):
        return Finding(State.GOOD, "carrier account", "none is used")
    http = CarrierHttp(CONNECT_S, READ_S, 1)
    account = AfricasTalkingSms(
        settings.carrier_username, settings.carrier_api_key, settings.carrier_api_url, settings.number, http
    )
    answer = account.balance()
    if isinstance(answer, Balance):
        held = f"{answer.currency} {answer.amount:.2f}"
        return Finding(State.GOOD, "carrier account", f"answers, balance {held}")
    return Finding(State.BAD, "carrier account", f"can't be read: {answer.reason[:120]}")


def modems(runtime: Runtime) -> Finding:
    """Each SIM's modem is there, set up, and was spoken with lately."""
    settings = runtime.settings
    if "modem" not in settings.sms_gateways:
        return Finding(State.GOOD, "modems", "none are used")
    faults = [f"{modem.name}: {fault}" for modem in settings.modems if (fault := _fault_of(runtime, modem))]
    if faults:
        return Finding(State.BAD, "modems", "; ".join(faults))
    return Finding(State.GOOD, "modems", f"{', '.join(modem.name for modem in settings.modems)} answer")


def _fault_of(runtime: Runtime, modem: Modem) -> str:
    place = place_of(runtime.settings.var, modem)
    if shutil.which(PROGRAM) is None:
        return f"{PROGRAM} is not installed"
    if not modem.device.startswith(DUMMY) and not Path(modem.device).exists():
        return f"there is no {modem.device}: plugged in? udev's rule installed?"
    if not place.smsdrc.is_file():
        return "run flask --app wsgi modem configure"
    phone = place.store.phone()
    silent = timedelta(minutes=line_rules_of(runtime.playbook).watch.silent_minutes)
    if phone is None or runtime.clock.now() - phone.seen_at > silent:
        return "nobody speaks with it: run flask --app wsgi modem run"
    return ""


def callbacks(runtime: Runtime) -> Finding:
    """Behind HOTLINE_PUBLIC_URL stands our own door with our own token; asking leaves nothing behind."""
    settings = runtime.settings
    address = f"{settings.public_url}/sms/{settings.webhook_tokens[0]}/inbound"
    try:
        answer = CarrierHttp(CONNECT_S, READ_S, 1).request("GET", address, {})
        status = answer.status
    except CarrierRefusedError as error:
        status = error.status
    except CarrierHttpError as error:
        words = f"nothing answers at {settings.public_url} ({type(error).__name__})"
        return Finding(State.BAD, "callbacks", f"{words}: start web or hooks, see HOTLINE_PUBLIC_URL")
    if status == ONLY_POST:
        return Finding(State.GOOD, "callbacks", f"{settings.public_url} leads to this hotline")
    words = f"{settings.public_url} answers {status} instead of {ONLY_POST}"
    return Finding(State.BAD, "callbacks", f"{words}: another program, or other HOTLINE_WEBHOOK_TOKENS")


def queue_server(runtime: Runtime) -> Finding:
    """The bell: without it the hotline works, a little later."""
    if not runtime.settings.redis_url:
        return Finding(State.WARN, "queue server", "none (REDIS_URL): work starts up to a second later")
    if fault := fault_of(runtime.settings.redis_url, patience_s=QUEUE_PATIENCE_S):
        return Finding(
            State.WARN, "queue server", f"does not answer ({fault}): work starts up to a second later"
        )
    return Finding(State.GOOD, "queue server", "answers")


def sounds(runtime: Runtime) -> Finding:
    """The menu's clips. That each prompt has its own was checked when the playbook was read."""
    if not runtime.settings.has_voice:
        return Finding(State.WARN, "sounds", "the voice line is switched off (HOTLINE_VOICE_GATEWAY)")
    clips = read_clips(Path(runtime.playbook.folder) / "prompts")
    return Finding(State.GOOD, "sounds", f"{len(clips)} clips of telephone quality")


def trained_model(runtime: Runtime) -> Finding:
    """The text line's model: without one that fits it works by its rules alone, and hears less."""
    faults = check_model(runtime.playbook)
    if faults:
        return Finding(State.WARN, "trained model", str(faults[0]))
    return Finding(State.GOOD, "trained model", "fits the playbook and its messages")


EXAMINATIONS: Final[Sequence[Examination]] = (
    carrier_account, modems, callbacks, queue_server, sounds, trained_model
)  # fmt: skip
"""All of it, in the order in which it is told."""
