"""What moved between two runs of the benchmark."""

from typing import Any, Final

WIDE: Final = 0.1
"""A change of less is what such machines do by themselves."""


def compare(old: dict[str, Any], new: dict[str, Any]) -> str:
    """The rows of both, with their figures and the change; those with a peer are compared by their ratio."""
    before = {row["what"]: row for row in old["rows"]}
    lines = [_line(before.get(row["what"]), row) for row in new["rows"]]
    gone = [
        f"{what}: no longer measured" for what in before if what not in {row["what"] for row in new["rows"]}
    ]
    return "\n".join([*lines, *gone])


def _line(old: dict[str, Any] | None, new: dict[str, Any]) -> str:
    """A figure whose run does not count has moved nowhere, whatever it is."""
    what, by = new["what"], "ratio" if new["ratio"] is not None else "figure"
    if new["problem"]:
        return f"{what}: {new['problem']}"
    if old is None or old[by] is None or new[by] is None:
        return f"{what}: {new[by]} (nothing to compare with)"
    if old["problem"]:
        return f"{what}: {new[by]:,.3g} (before: {old['problem']})"
    change = new[by] / old[by] - 1 if old[by] else 0.0
    moved = f"{change:+.0%}" if abs(change) >= WIDE else "as before"
    return f"{what}: {old[by]:,.3g} -> {new[by]:,.3g} {by if by == 'ratio' else new['unit']}, {moved}"
