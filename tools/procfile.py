"""Read the Procfile, so that the starter runs the very commands that an installation runs."""

from pathlib import Path


def read(path: Path) -> dict[str, tuple[str, ...]]:
    """The commands by process type. A shell fills in their variables, as any runner of Procfiles does it."""
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): ("/bin/sh", "-c", command.strip()) for name, command in pairs}
