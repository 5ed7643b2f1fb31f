"""How many statements something takes."""

from collections.abc import Callable

from sqlalchemy import Engine, event


def questions(engine: Engine, ask: Callable[[], object]) -> int:
    """How many statements `ask` takes; the beginning of a transaction that it begins is one of them."""
    said: list[str] = []

    def note(_c: object, _k: object, words: str, *_: object) -> None:
        said.append(words)

    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(said)
