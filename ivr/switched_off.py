"""No voice carrier (HOTLINE_VOICE_GATEWAY=none): calls of ours are refused in words."""

from typing import Final

from ivr.gateway import CallOutcome, Refused

NAME: Final = "none"


class SwitchedOff:
    """Takes the place of the carrier that rings telephones."""

    name = NAME

    def place_call(self, to: str, request_id: str) -> CallOutcome:  # noqa: ARG002
        """Rings nobody; the desk sees why."""
        return Refused("the voice line is switched off (HOTLINE_VOICE_GATEWAY)")
