"""How a report reached us."""

from enum import StrEnum


class Channel(StrEnum):
    """The ways a report comes in (SOP: group, hotline, straight to an officer or the post)."""

    SMS = "sms"
    VOICE = "voice"
    TELEPHONE = "telephone"
    WHATSAPP = "whatsapp"
    WALK_IN = "walk_in"
    OFFICER = "officer"
    RADIO = "radio"
