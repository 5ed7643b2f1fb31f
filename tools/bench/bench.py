"""What every scenario is given: how much to do, and houses over fresh copies of filled databases."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from tests.support.postgres import PostgresServer
from tests.support.processes import ROOT
from tools.bench import cluster
from tools.bench.filling import fill
from tools.bench.house import House
from tools.bench.stores import PostgresStore, SqliteStore, Store, copy_of, prepare

KINDS: Final = ("SQLite", "PostgreSQL")
PEOPLE: Final = "people.json"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: enough for a steady figure, or little, to see that a scenario works."""

    runs: int
    seconds: float
    """Of one load of wrk."""
    few: int
    """Incidents of the small past."""
    many: int
    """Incidents of the large past."""
    texts: int
    """Texts that go the whole path in one run."""
    crowd: int
    """Numbers that get the same text."""
    longest_s: float
    """A scenario that takes longer is given up."""
    whole_s: float
    """After this nothing goes on: what has no time left says so."""


NORMAL: Final = Size(
    runs=3, seconds=2, few=1000, many=200_000, texts=3000, crowd=5000, longest_s=150, whole_s=585
)  # fmt: skip
FULL: Final = Size(
    runs=5, seconds=5, few=1000, many=1_000_000, texts=4000, crowd=5000, longest_s=3600, whole_s=14_400
)  # fmt: skip
TINY: Final = Size(runs=1, seconds=1, few=100, many=100, texts=5, crowd=8, longest_s=60, whole_s=300)


@dataclass
class Bench:
    """One run of the benchmark. `data` keeps filled SQLite files from one run to the next, as
    the server keeps its filled databases."""

    size: Size
    data: Path
    postgres: PostgresServer | None = None
    _filled: dict[str, Store] = field(default_factory=dict)

    def kinds(self) -> tuple[str, ...]:
        """The databases that can be measured here."""
        return KINDS if self.postgres else KINDS[:1]

    @contextmanager
    def house(self, kind: str, incidents: int = 0) -> Iterator[House]:
        """A house, not open yet, over a store with this past (default: the small one)."""
        with ExitStack() as cleanup:
            folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-")))
            store = copy_of(self.filled(kind, incidents or self.size.few), folder)
            yield House(store, folder, cleanup)

    def people(self, kind: str, incidents: int) -> dict[str, str]:
        """User name to password of those who sign in to houses with this past."""
        found: dict[str, str] = json.loads((self._folder(kind, incidents) / PEOPLE).read_text())
        return found

    def filled(self, kind: str, incidents: int) -> Store:
        """The database that others are copies of; made once."""
        folder = self._folder(kind, incidents)
        if folder.name not in self._filled:
            self._filled[folder.name] = self._fill(kind, incidents, folder)
        return self._filled[folder.name]

    def _folder(self, kind: str, incidents: int) -> Path:
        return self.data / f"{kind}-{incidents}-{schema()}"

    def _fill(self, kind: str, incidents: int, folder: Path) -> Store:
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "SQLite":
            return self._fill_file(incidents, folder)
        if self.postgres is None:
            raise RuntimeError("PostgreSQL does not run here")
        return self._fill_database(self.postgres, incidents, folder)

    @staticmethod
    def _fill_file(incidents: int, folder: Path) -> Store:
        done = folder / "filled"
        store = SqliteStore(folder / "hotline.sqlite3")
        if not done.exists():
            store.path.unlink(missing_ok=True)
            _fill_store(store, incidents, folder)
            done.touch()
        return store

    @staticmethod
    def _fill_database(server: PostgresServer, incidents: int, folder: Path) -> Store:
        """It gets its name when it is filled: one that was broken off is nobody's."""
        name = cluster.filled_name(incidents, schema())
        if name not in server.databases() or not (folder / PEOPLE).exists():
            server.drop_database(name)
            made = server.create_database()
            _fill_store(PostgresStore(server, made), incidents, folder)
            server.rename_database(made, name)
        return PostgresStore(server, name)


def _fill_store(store: Store, incidents: int, folder: Path) -> None:
    (folder / PEOPLE).write_text(json.dumps(prepare(store, folder)))
    playbook = read_playbook(DEFAULT_PLAYBOOK)
    fill(store, incidents, list(playbook.types), list(playbook.areas))


def schema() -> str:
    """Another word whenever the tables or the way of filling them change."""
    files = sorted((ROOT / "hotline" / "migrations" / "versions").glob("*.py"))
    files.append(ROOT / "tools" / "bench" / "filling.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]
