"""What a starter and its programs hold together, but for one of them."""

import os
import sys
from pathlib import Path

from tests.support.processes import StartProcess
from tools.bench.memory import mb_of_tree

LARGE_MB = 60
SOURCES = {
    "parent.py": """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "child"])
child.wait()
""",
    "child.py": f"held = b'x' * {LARGE_MB}_000_000; print('holding', flush=True); input()",
}


def test_one_program_is_left_out_with_what_is_its_own(start_process: StartProcess, tmp_path: Path) -> None:
    for name, text in SOURCES.items():
        (tmp_path / name).write_text(text.replace("input()", "import time; time.sleep(60)"))
    parent = start_process([sys.executable, "parent.py"], cwd=tmp_path)
    parent.wait_for_line("holding")
    whole = mb_of_tree(parent.pid, without="nobody")
    rest = mb_of_tree(parent.pid, without="child")
    assert whole > rest + LARGE_MB
    assert rest > 1
    assert mb_of_tree(os.getpid(), without="child") > rest
