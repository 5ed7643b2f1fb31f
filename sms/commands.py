"""`flask understand`: labels texts as JSON lines, without a database."""

import json
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

import click

from hotline.domain.lifecycle import StatusCode
from hotline.playbook_reader import PlaybookError, read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from sms.grammar import Intent, Meaning, Reader, Sender

OUTWARD_STATUS: Final[dict[StatusCode, str]] = {
    StatusCode.ACCEPT: "ACCEPT",
    StatusCode.DECLINE: "DECLINE",
    StatusCode.EN_ROUTE: "ENROUTE",
    StatusCode.ON_SCENE: "ONSCENE",
    StatusCode.NEED_BACKUP: "NEED_BACKUP",
    StatusCode.CLEAR: "RESOLVED",
    StatusCode.UNABLE: "UNABLE",
}

OUTWARD_INTENT: Final[dict[Intent, Intent]] = {
    Intent.START: Intent.OTHER,
    Intent.QUIET: Intent.OTHER,
    Intent.ERASE: Intent.OTHER,
    Intent.DUTY_ON: Intent.OTHER,
    Intent.DUTY_OFF: Intent.OTHER,
    Intent.DECIDE: Intent.OTHER,
    Intent.ANSWER: Intent.OTHER,
}
"""The control words, in the ten intents that messages are labelled with."""

_NO_MESSAGE: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def label(meaning: Meaning, reader: Reader) -> dict[str, str | int | None]:
    """A meaning in the words of the labelled messages; the kelurahan by its name."""
    return {
        "intent": outward_intent(meaning),
        "incident_type": meaning.incident_type.value if meaning.incident_type else None,
        "kelurahan": reader.areas[meaning.area.value].name if meaning.area else None,
        "rt": meaning.rt.value if meaning.rt else None,
        "priority": meaning.priority.value if meaning.priority else None,
        "responder_status": OUTWARD_STATUS[meaning.status.value] if meaning.status else None,
        "case_code": meaning.number.value if meaning.number else None,
    }


def outward_intent(meaning: Meaning) -> Intent:
    """An answer that brings a place adds to a report; a bare digit or yes is only an answer."""
    if meaning.intent is Intent.ANSWER and (meaning.area or meaning.rt or meaning.areas or meaning.landmark):
        return Intent.MORE_INFO
    return OUTWARD_INTENT.get(meaning.intent, meaning.intent)


def label_line(line: str, reader: Reader) -> dict[str, Any]:
    """The labels for one JSON line with id, sender and text. Raises one of `_NO_MESSAGE` where it is none."""
    row = json.loads(line, parse_constant=_refused)
    sender = Sender.RESIDENT if row.get("sender") == "resident" else Sender.UNIT
    return {"id": row["id"], **label(reader.read(row["text"], sender), reader)}


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


@click.command("understand")
@click.option(
    "--playbook", type=click.Path(path_type=Path), envvar="HOTLINE_PLAYBOOK", default=DEFAULT_PLAYBOOK,
    help="Default: the one of the settings.",
)  # fmt: skip
@click.argument("source", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def understand(playbook: Path, source: TextIO) -> None:
    """Read texts as JSON lines {"id","sender","text"} and write what each means, one JSON line a text.

    A line that is no such object is answered with {"line","error"}, and the exit status is 1 in the end.
    """
    try:
        reader = Reader.of(read_playbook(playbook))
    except PlaybookError as error:
        raise click.ClickException(str(error)) from error
    unfit = 0
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            answer = label_line(line, reader)
        except _NO_MESSAGE as problem:
            unfit += 1
            answer = {"line": number, "error": f"not a message: {type(problem).__name__}: {problem}"}
        click.echo(json.dumps(answer, ensure_ascii=False))
    if unfit:
        raise click.ClickException(f"{unfit} of the lines were no messages")
