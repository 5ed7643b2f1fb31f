"""The project's code as text: every module with its file, and its syntax tree."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PACKAGES: Final = ("hotline", "sms", "ivr", "workers", "tools")
FILES: Final = sorted(
    [path for name in PACKAGES for path in (ROOT / name).rglob("*.py")] + [ROOT / "wsgi.py"]
)
MODULES: Final[Mapping[str, Path]] = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES
}
HOUSE: Final = [name for name in MODULES if not name.startswith(("tools", "hotline.pretend_carrier"))]
"""Without its tools, and without the telephone company that only pretends."""


@cache
def tree_of(module: str) -> ast.Module:
    """What is written in a module."""
    return ast.parse(MODULES[module].read_text(encoding="utf-8"), str(MODULES[module]))
