"""The voice line of one process: what answering a call needs, put together once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hotline.runtime import Runtime
from ivr.gateway import VoiceGateway
from ivr.menu import Menu
from ivr.prompts import spoken_instead, words_of
from ivr.sounds import Sounds
from ivr.speech import Prompt, Speech, Step


class Reached(Protocol):
    """What our own check of the sounds' address says."""

    def holds(self) -> bool:
        """Whether the carrier can fetch our sounds, as far as we know; answers at once."""
        ...


class Always:
    """Nobody checks."""

    def holds(self) -> bool:
        """They are taken to be there."""
        return True


class SoundsNow(Protocol):
    """The line's sounds, which people change while it runs."""

    def now(self) -> Sounds:
        """What callers are to hear; answers at once."""
        ...


@dataclass(frozen=True)
class VoiceLine:
    """Menu, sounds and carrier, held together with the desk's runtime."""

    runtime: Runtime
    gateway: VoiceGateway
    menu: Menu
    voices: SoundsNow
    sounds_reached: Reached = field(default_factory=Always)

    def render(self, speech: Sequence[Speech]) -> bytes:
        """The carrier's words for `speech`. Where our sounds can't be fetched its own voice says them."""
        reached = self.sounds_reached.holds()
        heard = speech if reached else spoken_instead(speech, words_of(self.runtime.playbook))
        body, _ = self.gateway.render(heard, self.addresses)
        return body

    @property
    def addresses(self) -> "OurAddresses":
        """Where the carrier finds our sounds and steps."""
        settings = self.runtime.settings
        base = f"{settings.public_url}/ivr/{settings.webhook_tokens[0]}"
        return OurAddresses(base, self.voices.now(), settings.number)


@dataclass(frozen=True, slots=True)
class OurAddresses:
    """Absolute URLs below `base`, which holds the secret token; and our number."""

    base: str
    sounds: Sounds
    number: str

    def sound(self, prompt: Prompt) -> str:
        """The address of one sound that joins the prompt's clips."""
        return f"{self.base}/sounds/{self.sounds.address(prompt)}"

    def step(self, step: Step) -> str:
        """The address that takes the call on from `step`."""
        return f"{self.base}/step/{step.segment}" + ("/silent" if step.silent else "")
