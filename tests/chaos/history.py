"""What was said and what was heard, as both ends remember it: the record that the verdict is held against."""

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Handed:
    """A text that the company took from the hotline."""

    number: str
    words: str
    carrier_id: str


@dataclass
class History:
    """Shared by the threads that send and the one that answers; every list only grows."""

    acknowledged_texts: set[str] = field(default_factory=set)
    """Ids of texts to the hotline that were answered with 200."""
    acknowledged_receipts: set[str] = field(default_factory=set)
    """Ids of our texts of which a delivery report was answered with 200."""
    acknowledged_calls: set[str] = field(default_factory=set)
    """Sessions of calls whose end was answered with 200."""
    handed: list[Handed] = field(default_factory=list)
    tries: int = 0
    """Callbacks sent, with those that were not heard."""
    injected: dict[str, int] = field(default_factory=dict)
    """How often each fault was put in."""
    surprises: list[str] = field(default_factory=list)
    """Answers that no fault explains."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, heard: set[str], key: str) -> None:
        """`key` was answered with 200."""
        with self._lock:
            heard.add(key)

    def took(self, handed: Handed) -> None:
        """The company took this text."""
        with self._lock:
            self.handed.append(handed)

    def tried(self) -> None:
        """One more callback was sent."""
        with self._lock:
            self.tries += 1

    def inject(self, fault: str) -> None:
        """One more fault was put in."""
        with self._lock:
            self.injected[fault] = self.injected.get(fault, 0) + 1

    def wonder(self, what: str) -> None:
        """Something that should not happen, whatever breaks."""
        with self._lock:
            self.surprises.append(what)
