"""`make test`: see that the machine has what the tests need, install it where we may, then run them all."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PARALLEL: Final = ("-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal")
"""A process more than cores: a story that waits for its hotline leaves its core to another one. Who is done
early takes over what another one has not begun.
"""
LONGEST_S: Final = 1500.0
"""The suite takes less than ten minutes on two cores; what takes so much longer hangs."""
_FONTS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))

_LIBRARIES: Final = (Path("/usr/lib"), Path("/usr/local/lib"))


@dataclass(frozen=True, slots=True)
class Need:
    """Something of the system's, the Debian package that brings it, and whether it is there."""

    what: str
    package: str
    present: Callable[[], bool]


def chromium_is_there() -> bool:
    """A browser for the tests marked `browser`; CHROMIUM names one that is not on PATH."""
    return shutil.which(os.environ.get("CHROMIUM") or "chromium") is not None


def a_font_is_there() -> bool:
    """Without one a page has no glyphs, and so no text of any size."""
    suffixes = {".ttf", ".otf", ".ttc"}
    return any(file.suffix in suffixes for folder in _FONTS for file in folder.rglob("*"))


def gammu_is_there() -> bool:
    """The daemon that drives modems."""
    return shutil.which("gammu-smsd") is not None


def its_store_is_there() -> bool:
    """The driver by which that daemon keeps texts in SQLite."""
    return any(file for folder in _LIBRARIES for file in folder.glob("**/dbd/libdbdsqlite3.so"))


NEEDS: Final = (
    Need("the browser chromium", "chromium", chromium_is_there),
    Need("a font for it", "fonts-dejavu-core", a_font_is_there),
    Need("the modems' daemon gammu-smsd", "gammu-smsd", gammu_is_there),
    Need("its store", "libdbd-sqlite3", its_store_is_there),
)


def missing(needs: tuple[Need, ...]) -> list[Need]:
    """What is not there."""
    return [need for need in needs if not need.present()]


def may_install() -> bool:
    """Only root may, and only Debian's packages are known here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(needs: list[Need]) -> None:
    """With apt; an old list of packages is renewed first."""
    packages = [need.package for need in needs]
    print(f"Installing {', '.join(packages)} …", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ("apt-get", "--quiet=2", "--yes")
    subprocess.run([*get, "update"], env=environ, check=False)
    subprocess.run([*get, "install", "--no-install-recommends", *packages], env=environ, check=False)


def shortage(needs: list[Need]) -> str:
    """What a person has to do."""
    names = " and ".join(need.what for need in needs)
    packages = " ".join(need.package for need in needs)
    return f"The tests need {names}. On Debian, as root: apt-get install {packages}"


def run(command: Sequence[str], within_s: float = LONGEST_S) -> int:
    """The command's exit code, or 4 if it had to be ended: a run that hangs must fail, not wait."""
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as tests:
        try:
            return tests.wait(within_s)
        except subprocess.TimeoutExpired:
            print(f"The tests had not ended after {within_s:g} s and were stopped.", file=sys.stderr)
            os.killpg(tests.pid, signal.SIGKILL)
            return 4
        except KeyboardInterrupt:
            os.killpg(tests.pid, signal.SIGINT)
            return tests.wait()


def main(arguments: list[str]) -> int:
    """pytest's exit code; 3 if something is missing that may not be installed from here, 4 if it hung."""
    if (absent := missing(NEEDS)) and may_install():
        install(absent)
    if absent := missing(NEEDS):
        print(shortage(absent), file=sys.stderr)
        return 3
    return run([sys.executable, "-m", "pytest", *PARALLEL, *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
