"""T9: the callers: by which way they came, whether they heard of the end, and what they said of it."""

from collections.abc import Iterator

from hotline.domain.channels import Channel
from hotline.evaluation.counting import Figure, count, mean, share
from hotline.evaluation.rows import Rows


def callers(rows: Rows) -> Iterator[tuple[str, Figure]]:
    """`t9/…`: silence is counted apart from yes, and apart from an answer that may still come."""
    channels: dict[Channel, list[str]] = {channel: [] for channel in Channel}
    for heard in rows.heard:
        channels[heard.channel].append(heard.number)
    for channel, numbers in channels.items():
        yield f"t9/channel/{channel}", count(numbers)
    closed = [case for case in rows.cases if case.closed_at is not None]
    informed = [case.number for case in closed if case.informed_at is not None]
    yield "t9/informed", share(informed, len(closed))
    yield "t9/asked", count(word.number for word in rows.words)
    for name, said in (("yes", True), ("no", False)):
        yield f"t9/{name}", count(word.number for word in rows.words if word.solved is said)
    silent = [word for word in rows.words if word.solved is None]
    yield "t9/silent", count(word.number for word in silent if not word.open)
    yield "t9/waiting", count(word.number for word in silent if word.open)
    answered = [word for word in rows.words if word.solved is not None]
    solved = [word.number for word in answered if word.solved]
    yield "t9/solved", share(solved, len(answered))
    marks = [(word.number, word.satisfaction) for word in rows.words if word.satisfaction is not None]
    yield "t9/satisfaction", mean(marks)
    for mark in range(1, 6):
        yield f"t9/satisfaction/{mark}", count(number for number, given in marks if given == mark)
    yield "t9/reopened", count(case.number for case in rows.cases if case.reopenings > 0)
