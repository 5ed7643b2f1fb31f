"""The voice line of one process: what answering a call needs, put together once."""

from dataclasses import dataclass
from functools import cached_property

from hotline.runtime import Runtime
from ivr.gateway import VoiceGateway
from ivr.menu import Menu
from ivr.sounds import Sounds
from ivr.speech import Prompt, Step


@dataclass(frozen=True)
class VoiceLine:
    """Menu, sounds and carrier, held together with the desk's runtime."""

    runtime: Runtime
    gateway: VoiceGateway
    menu: Menu
    sounds: Sounds

    @cached_property
    def addresses(self) -> "OurAddresses":
        """Where the carrier finds our sounds and steps."""
        settings = self.runtime.settings
        return OurAddresses(f"{settings.public_url}/ivr/{settings.webhook_tokens[0]}", self.sounds)


@dataclass(frozen=True, slots=True)
class OurAddresses:
    """Absolute URLs below `base`, which holds the secret token."""

    base: str
    sounds: Sounds

    def sound(self, prompt: Prompt) -> str:
        """The address of one sound that joins the prompt's clips."""
        return f"{self.base}/sounds/{self.sounds.address(prompt)}"

    def step(self, step: Step) -> str:
        """The address that takes the call on from `step`."""
        return f"{self.base}/step/{step.segment}" + ("/silent" if step.silent else "")
