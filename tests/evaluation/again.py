"""Every figure of a period counted a second time, from the rows as they were generated and by other means.

Nothing of hotline/evaluation is used: local time is UTC plus seven hours, medians are the standard library's,
the 90th percentile is found by trying every value, and rounding is done on decimal strings.
"""

import statistics
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hotline.domain.playbook import Playbook
from tests.support.year import NOW, Row, Year

JAMBI = timedelta(hours=7)


@dataclass(frozen=True)
class Expected:
    value: Decimal | None
    n: int
    behind: list[str]
    unknown: int = 0


def half_up(hundredths: int) -> Decimal:
    """A count of hundredths as tenths."""
    tens, rest = divmod(hundredths, 10)
    return Decimal(tens + (rest >= 5)) / 10


def local(moment: datetime) -> datetime:
    return (moment + JAMBI).replace(tzinfo=None)


class Again:
    def __init__(self, year: Year, playbook: Playbook, start: datetime, end: datetime) -> None:
        self.year, self.playbook = year, playbook
        self.start, self.end, self.until = start, end, min(end, NOW)
        self.by_id = {row["id"]: row for row in year.incidents}
        out = [text for text in year.texts if not text["inbound"]]
        self.queued = {text["assignment_id"]: text["at"] for text in out}
        self.arrived = {t["assignment_id"]: t["settled_at"] for t in out if t["state"] == "DELIVERED"}
        self.found: dict[str, Expected] = {}
        self.cases = [row for row in year.incidents if self._event(row) and self._in(row["received_at"])]

    def _in(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @staticmethod
    def _event(row: Row) -> bool:
        return not row["drill"] and row["merged_into_id"] is None

    def all(self) -> dict[str, Expected]:
        for part in (
            self.totals, self.places, self.steps, self.hours, self.units, self.stories, self.backlog,
            self.callers, self.troubles, self.advice,
        ):  # fmt: skip
            part()
        return self.found

    def count(self, key: str, rows: Iterable[Row]) -> None:
        numbers = [self._number(row) for row in rows]
        self.found[key] = Expected(Decimal(len(numbers)), len(numbers), sorted(numbers))

    def _number(self, row: Row) -> str:
        return str(row["number"] if "number" in row and "type_code" in row else self._of(row)["number"])

    def _of(self, row: Row) -> Row:
        return self.by_id[row["incident_id"]]

    def share(self, key: str, hits: list[Row], n: int, unknown: int = 0) -> None:
        # thousandths of a percent would do; hundredths of a percent decide the rounding except at ties
        value = None if n == 0 else half_up_share(len(hits), n)
        self.found[key] = Expected(value, n, sorted(self._number(row) for row in hits), unknown)

    def heard(self) -> list[Row]:
        return [r for r in self.year.reports if self._in(r["received_at"]) and not self._of(r)["drill"]]

    def totals(self) -> None:
        self.count("t1/received", self.cases)
        self.count("t1/reports", self.heard())
        ends = {
            "unfounded": "UNFOUNDED", "out_of_area": "OUT_OF_AREA", "cancelled": "CANCELLED",
            "prank": "PRANK", "duplicate": "DUPLICATE",
        }  # fmt: skip
        for name, end in ends.items():
            self.count(f"t1/{name}", [row for row in self.cases if row["disposition"] == end])
        good = [
            row
            for row in self.cases
            if row["disposition"] in ("RESOLVED", "REFERRED")
            or (row["disposition"] is None and row["verified_at"])
        ]
        self.count("t1/valid", good)
        rest = [row for row in self.cases if row["disposition"] is None and row["verified_at"] is None]
        self.count("t1/unchecked", rest)
        self.share("t1/junk", [r for r in self.cases if r["disposition"] == "PRANK"], len(self.cases))

    def grouped(self, rows: Iterable[Row], keys: Callable[[Row], Iterable[str]]) -> None:
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            for key in keys(row):
                groups[key].append(row)
        for key, members in groups.items():
            self.count(key, members)

    def places(self) -> None:
        def keys(row: Row) -> Iterable[str]:
            kind, area = row["type_code"], row["area_code"] or "-"
            yield from (f"t2/{kind}/{area}", f"t2/{kind}/all", f"t2/all/{area}", "t2/all/all")
            if row["area_code"] and row["rt"]:
                yield f"t2/rt/{area}/{row['rt']}"

        self.grouped(self.cases, keys)

    def hours(self) -> None:
        def keys(row: Row) -> Iterable[str]:
            at = local(row["received_at"])
            yield f"t4/{at.isoweekday() - 1}/{at.strftime('%H').lstrip('0') or '0'}"
            yield f"t4/day/{at.strftime('%Y-%m-%d')}"

        self.grouped(self.cases, keys)

    def lengths(self, key: str, pairs: list[tuple[Row, Any, Any]], allowed: int | None = None) -> None:
        known = [
            (row, (end - start) / timedelta(microseconds=1))
            for row, start, end in pairs
            if start is not None and end is not None and end >= start
        ]
        unknown, values = len(pairs) - len(known), [int(length) for _, length in known]
        numbers = sorted(self._number(row) for row, _ in known)
        middle = None if not values else tenth_of_minutes(Decimal(str(statistics.median(values))))
        self.found[f"{key}/median"] = Expected(middle, len(values), numbers, unknown)
        order = sorted(values)
        ninety = next((v for v in order if bisect_right(order, v) * 10 >= 9 * len(order)), None)
        value = None if ninety is None else tenth_of_minutes(Decimal(ninety))
        self.found[f"{key}/p90"] = Expected(value, len(values), numbers, unknown)
        kept = {id(row) for row, _ in known}
        self.count(f"{key}/unknown", [row for row, _, _ in pairs if id(row) not in kept])
        if allowed is None:
            return
        met = [row for row, length in known if length <= allowed * 60_000_000]
        late = [row for row, length in known if length > allowed * 60_000_000]
        self.share(f"{key}/within", met, len(known), unknown)
        numbers = sorted(self._number(row) for row in late)
        self.found[f"{key}/late"] = Expected(Decimal(len(late)), len(known), numbers, unknown)

    def steps(self) -> None:
        for priority, target in self.playbook.targets.items():
            mine = [row for row in self.cases if row["priority"] == priority]
            rejected = {row["id"]: row["closed_at"] for row in mine if row["rejection"]}
            verify = [(r, r["received_at"], r["verified_at"] or rejected.get(r["id"])) for r in mine]
            key = f"t3/{priority}"
            self.lengths(f"{key}/verify", verify, target.verify)
            for step, start, end in (
                ("dispatch", "verified_at", "dispatched_at"),
                ("accept", "dispatched_at", "responded_at"),
                ("arrive", "responded_at", "on_scene_at"),
            ):
                pairs = [(r, r[start], r[end]) for r in mine if r[start] or r[end]]
                self.lengths(f"{key}/{step}", pairs, getattr(target, step))
            closes = [(r, r["received_at"], r["closed_at"]) for r in mine]
            self.lengths(f"{key}/close", closes, target.close)
            self.ways(key, [task for task in self.tasks() if self._of(task)["priority"] == priority])

    def tasks(self) -> list[Row]:
        return [t for t in self.year.assignments if self._in(t["alerted_at"]) and not self._of(t)["drill"]]

    def ways(self, key: str, tasks: list[Row]) -> None:
        queued, arrived = self.queued, self.arrived
        self.lengths(f"{key}/carrier", [(t, queued[t["id"]], arrived.get(t["id"])) for t in tasks])
        accepted = [t for t in tasks if t["accepted_at"]]
        self.lengths(f"{key}/person", [(t, arrived.get(t["id"]), t["accepted_at"]) for t in accepted])

    def units(self) -> None:
        groups: dict[str, list[Row]] = defaultdict(list)
        area = {unit["id"]: unit["area_code"] or "-" for unit in self.year.units}
        for task in self.tasks():
            groups[f"t5/unit/{task['unit_id']}"].append(task)
            groups[f"t5/area/{area[task['unit_id']]}"].append(task)
            groups["t5/all"].append(task)
        for key, tasks in groups.items():
            self.count(f"{key}/sent", tasks)
            self.count(f"{key}/accepted", [t for t in tasks if t["accepted_at"]])
            self.count(f"{key}/arrived", [t for t in tasks if t["on_scene_at"]])
            for name, status in (("declined", "DECLINED"), ("unanswered", "ALERTED"), ("clear", "CLEAR"),
                                 ("unable", "UNABLE")):  # fmt: skip
                self.count(f"{key}/{name}", [t for t in tasks if t["status"] == status])
            gone = [t for t in tasks if t["status"] == "STOOD_DOWN" and not t["accepted_at"]]
            self.count(f"{key}/withdrawn", gone)
            failed = {t["assignment_id"] for t in self.year.texts if t["state"] == "FAILED"}
            self.count(f"{key}/undelivered", [t for t in tasks if t["id"] in failed])
            there = [t for t in tasks if t["on_scene_at"]]
            whole = f"{key}/arrive"
            self.lengths(whole, [(t, t["accepted_at"], t["on_scene_at"]) for t in there])
            del self.found[f"{whole}/p90"], self.found[f"{whole}/unknown"]
            self.ways(key, tasks)

    def stories(self) -> None:
        told: dict[int, int] = defaultdict(int)
        for report in self.heard():
            told[report["incident_id"]] += 1
        unreal = ("PRANK", "UNFOUNDED", "CANCELLED", "DUPLICATE")
        rules = self.playbook.evaluation
        self.count(
            "t6/notable",
            [
                row
                for row in self.cases
                if row["disposition"] not in unreal and row["verified_at"]
                and (row["priority"] == "darurat" or told[row["id"]] >= rules.notable_reports
                     or row["reopenings"])
            ],
        )  # fmt: skip
        for name in ("referred", "out_of_area"):
            ended = [row for row in self.cases if row["disposition"] == name.upper()]
            self.count(f"t7/ended/{name}", ended)

        legs = [leg for leg in self.year.legs if self._in(leg["offered_at"])]
        offered = [leg for leg in legs if not self._of(leg)["drill"]]
        for partner in {leg["partner"] for leg in offered}:
            mine = [leg for leg in offered if leg["partner"] == partner]
            self.count(f"t7/partner/{partner}/sent", mine)
            for name in ("accepted", "answered"):
                self.count(f"t7/partner/{partner}/{name}", [leg for leg in mine if leg[f"{name}_at"]])
            self.count(f"t7/partner/{partner}/declined", [leg for leg in mine if leg["state"] == "REFUSED"])
            unheard = [leg for leg in mine if leg["state"] in ("OFFERED", "RETURNED")]
            self.count(f"t7/partner/{partner}/unanswered", unheard)

    def backlog(self) -> None:
        still = [
            row
            for row in self.year.incidents
            if self._event(row) and row["received_at"] < self.until
            and not (row["closed_at"] and row["closed_at"] < self.until)
        ]  # fmt: skip
        self.count("t8/open", still)
        days = timedelta(days=self.playbook.evaluation.backlog_days)
        old = [row for row in still if self.until - row["received_at"] > days]
        self.count("t8/old", old)
        self.grouped(old, lambda row: [f"t8/waits/{self._waits(row)}"])
        for name in ("verify", "dispatch", "accept", "arrive", "report", "close"):
            self.found.setdefault(f"t8/waits/{name}", Expected(Decimal(0), 0, []))

    def _waits(self, row: Row) -> str:
        name = "verify"
        for column, then in (
            ("verified_at", "dispatch"), ("dispatched_at", "accept"), ("responded_at", "arrive"),
            ("on_scene_at", "report"),
        ):  # fmt: skip
            if row[column] and row[column] < self.until:
                name = then
        return name

    def callers(self) -> None:
        for channel in ("sms", "voice", "telephone", "whatsapp", "walk_in", "officer", "radio"):
            self.count(f"t9/channel/{channel}", [r for r in self.heard() if r["channel"] == channel])
        closed = [row for row in self.cases if row["closed_at"]]
        self.share("t9/informed", [row for row in closed if row["informed_at"]], len(closed))
        words = [w for w in self.year.feedback if self._in(w["asked_at"]) and not self._of(w)["drill"]]
        words = [w for w in words if not self._of(w)["drill"]]
        self.count("t9/asked", words)
        self.count("t9/yes", [w for w in words if w["solved"] is True])
        self.count("t9/no", [w for w in words if w["solved"] is False])
        self.count("t9/silent", [w for w in words if w["solved"] is None and w["expires_at"] <= NOW])
        self.count("t9/waiting", [w for w in words if w["solved"] is None and w["expires_at"] > NOW])
        said = [w for w in words if w["solved"] is not None]
        self.share("t9/solved", [w for w in said if w["solved"]], len(said))
        marks = [w for w in words if w["satisfaction"]]
        total = sum(w["satisfaction"] for w in marks)
        value = half_up(int(Decimal(100 * total) // len(marks))) if marks else None
        self.found["t9/satisfaction"] = Expected(value, len(marks), sorted(map(self._number, marks)))
        for mark in range(1, 6):
            self.count(f"t9/satisfaction/{mark}", [w for w in marks if w["satisfaction"] == mark])
        self.count("t9/reopened", [row for row in self.cases if row["reopenings"]])

    def troubles(self) -> None:
        texts = [t for t in self.year.texts if self._in(t["at"]) and not self._of(t)["drill"]]
        for name in ("failed", "refused", "expired", "absent", "unknown", "not_sent"):
            self.count(
                f"t10/text/{name}", [t for t in texts if not t["inbound"] and t["state"] == name.upper()]
            )
        late = [t for t in texts if t["inbound"] and t["at"] - t["sent_at"] > timedelta(minutes=10)]
        self.count("t10/text/late", late)
        for kind in self.playbook.evaluation.outages:
            mine = [o for o in self.year.outages if o["kind"] == kind and self._in(o["started_at"])]
            lengths = [(o["ended_at"] or self.until) - o["started_at"] for o in mine]
            seconds = sum(int(length.total_seconds()) for length in lengths)
            self.found[f"t10/outage/{kind}"] = Expected(half_up(seconds * 100 // 60), len(mine), [])

    def advice(self) -> None:
        mine = [a for a in self.year.advice if self._in(a["made_at"]) and not self._of(a)["drill"]]
        done = [a for a in mine if a["done_at"] and a["done_at"] < self.until]
        still = [a for a in mine if a["id"] not in {d["id"] for d in done}]
        self.count("t11/given", mine)
        self.count("t11/done", done)
        self.count("t11/open", still)
        today = local(self.until).date()
        self.count("t11/overdue", [a for a in still if a["due"] and a["due"] < today])


def half_up_share(hits: int, n: int) -> Decimal:
    """Percent with one decimal: twice the tenths, plus one, halved and cut off."""
    return Decimal((2 * 1000 * hits + n) // (2 * n)) / 10


def tenth_of_minutes(microseconds: Decimal) -> Decimal:
    tenths = (microseconds * 2 + 6_000_000) // 12_000_000
    return tenths / 10


def moment(words: str) -> datetime:
    """A local date's first moment."""
    return datetime.fromisoformat(words).replace(tzinfo=UTC) - JAMBI
