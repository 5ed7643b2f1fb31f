"""A month full of names and numbers in every place that can hold one, and a search that looks everywhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, Enum, LargeBinary, String, inspect, select, text

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
    Base,
    Call,
    CallEvent,
    Contact,
    DutyChange,
    ErasureRequest,
    HandOver,
    Incident,
    Inquiry,
    Kept,
    Leg,
    LogEntry,
    Misuse,
    Nuisance,
    Promise,
    Proposal,
    Question,
    Recording,
    Task,
    TextMessage,
    TextPart,
)
from tests.support.desk import COORDINATOR, OPERATOR, Desk

NAME: Final = "ZUBAIDAHCANARY"
PLACE: Final = "MELATICANARY"
SECRET: Final = "RAHASIACANARY"
TELEPHONE: Final = "+6281299998888"
IN_PIECES: Final = f"{NAME} {SECRET}".encode("utf-16-be").hex()
NEEDLES: Final = (
    NAME, PLACE, SECRET, "99998888", NAME.lower(), PLACE.lower(), SECRET.lower(), IN_PIECES,
)  # fmt: skip
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
        work.session.add(
            Proposal(incident_id=incident.id, disposition=Disposition.RESOLVED, field_report=NAME,
                     recommendation=PLACE, owner="Danru", by_id=1, at=work.now)
        )  # fmt: skip
    desk.settle()
    _around(desk)
    return incident.number or ""


def _around(desk: Desk) -> None:
    """What belongs to no case: pieces of texts, what shifts tell each other, why somebody was off duty."""
    now = desk.clock.at
    with desk.work() as work:
        texts = work.session.scalars(select(TextMessage).where(TextMessage.number == TELEPHONE)).all()
        kept = work.session.scalars(select(Kept).order_by(Kept.id)).all()
        texts[-1].problem, kept[0].problem = f"to {TELEPHONE}", f"{NAME} {TELEPHONE}"
        work.session.add_all(
            (
                TextPart(carrier="modem", number=TELEPHONE, reference="1", parts=2, place=1,
                         characters=IN_PIECES, received_at=now, kept_id=kept[0].id, told_at=now),
                HandOver(given_at=now, given_by=1, note=f"Ibu {NAME} minta ditelepon {TELEPHONE}"),
                DutyChange(unit_id=1, starts_at=now, ends_at=now, on_duty=False, note=f"{NAME} sakit",
                           made_at=now),
            )
        )  # fmt: skip


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
                          sound=STORY.encode(), problem=f"{number} not reached"),
                Contact(incident_id=incident.id, number=number, named_at=now),
                Question(number=number, kind="x", incident_id=incident.id, asked_at=now, expires_at=now),
                Nuisance(number=number, kind=Misuse.PRANK, at=now, by=OPERATOR.id or 0),
                ErasureRequest(number=number, asked_at=now, settled_at=now, words=NAME, outcome=NAME),
                LogEntry(incident_id=incident.id, at=now, kind="note", actor_kind="caller", actor_name=NAME),
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


def columns_with_words() -> set[str]:
    """`table.column` of everything in the database that could hold words, a number or a sound."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | LargeBinary) and not isinstance(column.type, Enum)
    }


NEVER_A_CALLERS: Final = {
    "codes of the playbook and of the program": """
        assignment.role audit.act call.carrier call.cause canary.carrier carrier.currency carrier.held_for
        carrier.held_reason carrier.name climb.decision erasure_request.kind field_answer.question
        incident.area_code incident.outside incident.rejection incident.told_area_code incident.type_code
        kept.content_type kept.kind leg.partner lesson.area_code lesson.type_code log_entry.actor_kind
        log_entry.kind need.role operator.language outage.kind promise.kind promise.outcome question.kind
        receipt.carrier receipt.reason receipt.status recording.content_type report_file.failure
        report_file.kind report_file.period report_file.problem sound.clip task.outcome text_message.carrier
        text_message.flags text_message.purpose text_message.cost text_part.carrier unit.agency
        unit.area_code wording.text_key wording.language attachment.content_type evaluation.period
        report.spans""",
    "ids, hashes, challenges and keys": """
        api_client.key_hash assignment.challenge attachment.file attachment.sha256 audit.day audit.digest
        audit.hash audit.subject audit_day.began_from audit_day.day audit_day.head call.request_id
        call.session call_event.mark canary.word climb.challenge hand_over.cases incident.number kept.key
        leg.code line.canary_word login_session.token_hash operator.password_hash operator.totp_secret
        receipt.carrier_id text_message.carrier_id text_message.fetched_id text_part.reference unit.pin_hash
        upload_link.token_hash used_token.token""",
    "the office's own people, numbers and papers": """
        agenda_item.figure agenda_item.numbers agenda_item.topic agenda_item.words api_client.name
        closing_proposal.owner decision.figure decision.owner decision.value decision.words drill.note
        evaluation.minutes evaluation.present follow_up.owner forgetting.deleted lesson.name lesson.phrase
        line.credit line.name line.network line.number line.problem operator.name operator.telephone
        operator.username outage.words sound.wav sound.words unit.name unit.note unit.number unit.team
        wording.words wording.written""",
    "the record of a breach, which the law wants: until the term for facts":
        "breach.handling breach.how breach.what",
}  # fmt: skip
"""Why the columns in which nothing is planted need not be emptied."""


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
