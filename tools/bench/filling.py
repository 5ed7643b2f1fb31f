"""Fills a prepared database with a past: incidents with callers, reports, tasks, texts, log lines, promises.

All in SQL over a series of numbers, the same statements for both databases: a million take a minute.
Most are closed, the last OPEN are not; times are spread over three years, a month apart as in life.
"""

from typing import Final

from hotline.domain.incident_number import number_of
from tools.bench.stores import Store, one

OPEN: Final = 60
CALLERS: Final = 50_000

_STATEMENTS: Final = (
    """INSERT INTO caller (id, number, first_seen_at)
    WITH {series} SELECT i, '+62812' || (70000000 + i), {ago} FROM n WHERE i <= {callers}""",
    """INSERT INTO incident (id, number, status, type_code, priority, rank, suggested_priority, reasons,
      area_code, told_area_code, rt, place, summary, confidential, do_not_call, received_at, changed_at,
      verified_at, dispatched_at, responded_at, on_scene_at, reported_at, closed_at, informed_at, disposition,
      field_report, recommendation, alerts, changes)
    WITH {series} SELECT i, given.number, CASE WHEN {is_open} THEN 'RECEIVED' ELSE 'CLOSED' END,
      CASE i % {types_count} {types} END, 'sedang', 3, 'sedang', '', CASE i % {areas_count} {areas} END,
      CASE i % {areas_count} {areas} END, i % 40, 'gang melati ' || (i % 90), '', FALSE, FALSE, {ago}, {ago},
      {done}, {done}, {done}, {done}, {done}, {done}, {done},
      CASE WHEN {is_open} THEN NULL ELSE 'RESOLVED' END, '', '', 1, 3
    FROM n JOIN given ON given.id = n.i""",
    """INSERT INTO report (id, incident_id, channel, caller_id, caller_name, words, spans, made_at,
      received_at)
    WITH {series} SELECT i, i, 'sms', i % {callers} + 1, '',
      'ada maling motor di gang melati ' || (i % 90) || ' rt ' || (i % 40) || ' tolong pak', '[]', {ago},
      {ago} FROM n""",
    """INSERT INTO kept (id, kind, key, body, content_type, cut, repeats, received_at)
    WITH {series} SELECT i, 'sms.inbound', 'past-' || i, {bytes}, 'application/x-www-form-urlencoded',
      FALSE, 0, {ago} FROM n""",
    """INSERT INTO text_message (id, inbound, carrier, carrier_id, variant, number, words, at, sent_at,
      settled_at, state, purpose, parts, cost, problem, flags, incident_id, kept_id, unread)
    WITH {series} SELECT i * 3 - 2, TRUE, 'africastalking', 'in-' || i, 0,
      '+62812' || (70000000 + i % {callers} + 1), 'ada maling motor di gang melati', {ago}, {ago}, NULL,
      'RECEIVED', '', 1, '', '', '', i, i, FALSE FROM n""",
    """INSERT INTO text_message (id, inbound, carrier, carrier_id, variant, number, words, at, sent_at,
      settled_at, state, purpose, parts, cost, problem, flags, incident_id, unread)
    WITH {series} SELECT i * 3 - 1, FALSE, 'africastalking', 'out-' || i, 0,
      '+62812' || (70000000 + i % {callers} + 1), 'Laporan diterima', {ago}, {ago}, {ago},
      'DELIVERED', 'receipt', 1, '', '', '', i, FALSE FROM n""",
    """INSERT INTO assignment (id, incident_id, unit_id, wave, status, needs_backup, challenge, alerted_at,
      answered_at, accepted_at, on_scene_at, ended_at, report, role, version)
    WITH {series} SELECT i, i, i % {units} + 1, 1, 'CLEAR', FALSE, '', {ago}, {ago}, {ago}, {ago}, {ago}, '',
      '', 1 FROM n WHERE NOT {is_open}""",
    """INSERT INTO text_message (id, inbound, carrier, carrier_id, variant, number, words, at, sent_at,
      settled_at, state, purpose, parts, cost, problem, flags, incident_id, assignment_id, unread)
    WITH {series} SELECT i * 3, FALSE, 'africastalking', 'task-' || i, 0,
      '+62812' || (60000000 + i % {units}), 'Tugas', {ago}, {ago}, {ago}, 'DELIVERED', 'dispatch', 1,
      '', '', '', i, i, FALSE FROM n WHERE NOT {is_open}""",
    """INSERT INTO log_entry (id, incident_id, at, kind, actor_kind, actor_name, words, text_id)
    WITH {series} SELECT i * 2 - 1, i, {ago}, 'report', 'caller', '+62812****', 'ada maling', i * 3 - 2
    FROM n""",
    """INSERT INTO log_entry (id, incident_id, at, kind, actor_kind, actor_name, words, text_id)
    WITH {series} SELECT i * 2, i, {ago}, 'text_out', 'system', '', 'Laporan diterima', i * 3 - 1 FROM n""",
    """INSERT INTO promise (id, kind, subject_id, rank, due_at, attempts, settled_at, outcome)
    WITH {series} SELECT i * 2 - 1, 'read_text', i, 2, {ago}, 1, {ago}, 'kept' FROM n""",
    """INSERT INTO promise (id, kind, subject_id, rank, due_at, attempts, settled_at, outcome)
    WITH {series} SELECT i * 2, 'send_text', i * 3 - 1, 3, {ago}, 1, {ago}, 'kept' FROM n""",
    "DROP TABLE given",
)

_COUNTED: Final = (
    "caller",
    "incident",
    "report",
    "kept",
    "assignment",
    "text_message",
    "log_entry",
    "promise",
)


def fill(store: Store, incidents: int, types: list[str], areas: list[str]) -> None:
    """Adds `incidents` to an empty, prepared store."""
    store.numbers([(number, number_of(number)) for number in range(1, incidents + 1)])
    is_open = f"i > {incidents - OPEN}"
    step = max(3 * 365 * 24 * 3600 // incidents, 1)
    ago = store.ago(f"({incidents} - i) * {step}")
    words = {
        "series": store.series.replace(":rows", str(incidents)), "ago": ago, "is_open": is_open,
        "callers": min(CALLERS, incidents), "done": f"CASE WHEN {is_open} THEN NULL ELSE {ago} END",
        "types": _cases(types), "types_count": len(types), "areas": _cases(areas), "areas_count": len(areas),
        "units": one(store, "SELECT max(id) FROM unit"),
        "bytes": "CAST('from=past' AS BLOB)" if store.kind == "SQLite" else "'from=past'::bytea",
    }  # fmt: skip
    store.run(*(statement.format(**words) for statement in _STATEMENTS))
    for table in _COUNTED:
        store.run(*store.count_on(table))
    store.settle()


def _cases(words: list[str]) -> str:
    return " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(words))
