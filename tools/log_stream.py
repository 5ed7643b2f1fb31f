"""The output of several programs as one stream, each line under the name of the program that said it."""

from typing import Final, TextIO

_COLOURS: Final = (36, 32, 33, 35, 34, 31)  # ANSI: cyan, green, yellow, magenta, blue, red


class LogStream:
    """Writes `name | line` to a stream; names in colour if asked."""

    def __init__(self, out: TextIO, *, colour: bool) -> None:
        self._out = out
        self._colour = colour
        self._codes: dict[str, int] = {}

    def say(self, name: str, line: str) -> None:
        """One line, out at once: the last words before a crash are the ones wanted."""
        print(f"{self._prefix(name)} {line}", file=self._out, flush=True)

    def _prefix(self, name: str) -> str:
        plain = f"{name:<8}|"
        if not self._colour:
            return plain
        code = self._codes.setdefault(name, _COLOURS[len(self._codes) % len(_COLOURS)])
        return f"\x1b[{code}m{plain}\x1b[0m"
