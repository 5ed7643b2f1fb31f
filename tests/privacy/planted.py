"""A month full of names and numbers in every place that can hold one, and a search that looks everywhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect, text

from hotline import attachments, closing, field_report, incidents, intake
from hotline.closing import Closing
from hotline.domain.channels import Channel
from hotline.domain.lifecycle import Disposition
from hotline.domain.tasks import TaskKind
from hotline.evaluation.files import FileKind, ask_for_file
from hotline.evaluation.period import month
from hotline.file_check import Checked
from hotline.intake import Told
from hotline.models import (
    Assignment,
    Audit,
    Call,
    CallEvent,
    Contact,
    ErasureRequest,
    Incident,
    Inquiry,
    Leg,
    Misuse,
    Nuisance,
    Promise,
    Question,
    Recording,
    Task,
)
from tests.support.desk import COORDINATOR, OPERATOR, Desk

NAME: Final = "ZUBAIDAHCANARY"
PLACE: Final = "MELATICANARY"
SECRET: Final = "RAHASIACANARY"
TELEPHONE: Final = "+6281299998888"
NEEDLES: Final = (NAME, PLACE, SECRET, "99998888", NAME.lower(), PLACE.lower(), SECRET.lower())
STORY: Final = f"saya {NAME}, ada maling di rt 5 eka jaya dekat {PLACE}, hub 081299998888 {SECRET}"
START: Final = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)


def plant(desk: Desk) -> str:
    """One case, told in many ways, with its name and number in every column that takes words; its number."""
    desk.clock.at = START
    desk.text(TELEPHONE, STORY)
    incident = desk.incidents()[-1]
    assignment = desk.send(incident.id, 1)
    desk.text("+6281300000001", f"6 {incident.number} bertemu {NAME} {SECRET}")
    desk.text(TELEPHONE, f"terima kasih {NAME}")
    _people(desk, incident, assignment)
    _files(desk, incident.id)
    with desk.work() as work:
        ended = Closing(Disposition.RESOLVED, f"bertemu {NAME}", f"patroli {PLACE}", "Danru", START.date())
        closing.close(work, incident.id, ended, COORDINATOR)
    desk.settle()
    return incident.number or ""


def _people(desk: Desk, incident: Incident, assignment: int) -> None:
    """Everything that people at the desk, neighbours, partners and telephones add."""
    now, number = desk.clock.at, TELEPHONE
    with desk.work() as work:
        told = Told(Channel.WALK_IN, STORY, now, number, name=NAME)
        intake.enter_report(work, told, OPERATOR, number=incident.number or "")
        found = work.session.get_one(Incident, incident.id)
        found.place, found.summary, found.reasons = PLACE, SECRET, SECRET
        incidents.log(work, found, "note", OPERATOR, f"{NAME} {number}")
        field_report.answer_questions(work, incident.id, {"found": f"{NAME} {SECRET}"}, OPERATOR)
        work.session.get_one(Assignment, assignment).report = f"{NAME} {SECRET}"
        call = Call(
            carrier="africastalking", session="s1", number=number, started_at=now, ended_at=now,
            incident_id=incident.id, pressed=SECRET, problem=SECRET, joins=number,
        )  # fmt: skip
        loose = Call(carrier="africastalking", session="s2", number=number, started_at=now, ended_at=now)
        work.session.add_all((call, loose))
        work.session.flush()
        work.session.add_all(
            (
                CallEvent(call_id=call.id, mark="m", answer=f"<Dial>{number}</Dial>".encode(), at=now),
                Recording(call_id=call.id, url=f"http://x/{number}.wav", heard_of_at=now,
                          sound=STORY.encode()),
                Contact(incident_id=incident.id, number=number, named_at=now),
                Question(number=number, kind="x", incident_id=incident.id, asked_at=now, expires_at=now),
                Nuisance(number=number, kind=Misuse.PRANK, at=now, by=OPERATOR.id or 0),
                ErasureRequest(number=number, asked_at=now, settled_at=now, words=NAME),
                Leg(incident_id=incident.id, partner="112", code="1234", offered_at=now, due_at=now,
                    accepted_by=NAME, answer=SECRET),
                Inquiry(incident_id=incident.id, unit_id=1, asked_at=now, words=f"{NAME} {SECRET}"),
                Task(kind=TaskKind.CALL_BACK, incident_id=incident.id, number=number, words=NAME,
                     raised_at=now, due_at=now, done_at=now),
                Promise(kind="read_text", subject_id=999_999, due_at=now, settled_at=now, problem=STORY),
                Audit(at=now, operator_id=1, act="reveal", subject="report 1", reason=f"{NAME} {number}"),
            )
        )  # fmt: skip


def _files(desk: Desk, incident_id: int) -> None:
    """A photograph with a name in it, and the month's report in all three forms."""
    var = desk.runtime.settings.var
    photograph = Checked("image/jpeg", f"JPEG {NAME} {SECRET}".encode(), place_kept=False)
    with desk.work() as work:
        attachments.attach(work, var, incident_id, [attachments.File(f"foto {NAME}", photograph)], OPERATOR)
        zone = desk.runtime.playbook.programme.zone
        for kind in FileKind:
            ask_for_file(work, month(2026, 3, zone), kind, COORDINATOR, reason=f"untuk {NAME}")


def found_in_database(engine: Engine) -> set[str]:
    """`table.column` of every cell that holds a needle, in words or in bytes."""
    hits = set()
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():  # noqa: S608
                for column, value in row.items():
                    if _holds(value if isinstance(value, bytes) else str(value).encode()):
                        hits.add(f"{table}.{column}")
    return hits


def found_in_files(*folders: Path) -> set[str]:
    """Every file that holds a needle: the database's own among them, with its write-ahead log."""
    return {
        path.name
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and _holds(path.read_bytes())
    }


def _holds(content: bytes) -> bool:
    return any(needle.encode() in content for needle in NEEDLES)


def after(desk: Desk, **length: int) -> None:
    """Time passes."""
    desk.clock.at += timedelta(**length)
