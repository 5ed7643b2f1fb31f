"""How much the line says, waits and spends, in the programme's own figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the line says and waits, in the programme's own figures."""

    replies_per_hour: int
    """Automatic conversation replies to one number in an hour; receipts and progress of an own case are not
    counted.
    """
    replies_per_hour_in_all: int
    """The same to all numbers together: a wave of nonsense must not empty the account."""
    unit_replies_per_hour: int
    """Automatic answers to one unit in an hour; its alerts are not counted."""
    not_understood_per_hour: int
    same_words_per_hour: int
    """From the same words this often in an hour a machine is taken to be writing: kept, and not answered."""
    question_expires_minutes: int
    same_event_minutes: int
    """A second text from one number within this time adds to its newest open incident of a like event."""
    call_silent_minutes: int
    """A call without its final callback is closed by the clock after this."""
    challenge_tries: int
    solved_expires_hours: int
    """How long a caller may answer whether it is solved; after that his silence is counted."""
    solved_late_days: int
    """How long a later answer is still taken for one: a person reads it beside its case."""
    upload_expires_hours: int
    """How long a unit's link for photographs works."""
    late_minutes: int
    """A text that took longer than this from its telephone to us is marked as late."""
    misuse_within_hours: int
    """A second prank, empty call or insult within this time begins a quiet period."""
    misuse_quiet_hours: int
    """How long that lasts; it ends by itself."""
    open_data_per_minute: int
    """Questions that one client of the open data may ask."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How fast texts go out, what the account must keep, and how the line is watched."""

    texts_per_second: int
    burst: int
    """How many may go at once after a rest. Alerts to units never wait for either."""
    texts_per_number_per_minute: int
    reserve: int
    """The last part of the account's balance, in its currency: only alerts and emergencies may use it."""
    low_balance: int
    """Below this the console warns."""
    balance_every_minutes: int
    held_try_seconds: int
    """While the carrier takes no texts, one text tries this often whether it does again."""
    fetch_every_minutes: int
    fetch_overlap_minutes: int
    """How far back the carrier's own list is read again each time."""
    canary_every_minutes: int
    """0 for none: each costs a text out and one back."""
    canary_patience_minutes: int
    parts_within_seconds: int
    """Texts of one number closer than this may be parts of one."""
    counted_within_seconds: int
    """Those that their sender has counted ('2/3') may be this far apart."""
    not_parts: tuple[str, ...]
    """Words beside which '1/2' is no count of parts: '1/2 jam', 'rt 1/2'."""


@dataclass(frozen=True, slots=True)
class ScreenRules:
    """What the operator's screen does by itself, and how long it waits."""

    lock_minutes: int
    """Nobody touched it: it shows nothing any more, and goes on ringing."""
    ring_every_seconds: int
    """An emergency that nobody has taken sounds again after this."""
    mute_minutes: int
    """How long the sound can be switched off at a time."""
    later_minutes: int
    """How long a case that was put off stands after the others."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What the telephone line does and how long it waits, in the programme's own figures."""

    missed_call_mode: bool
    """Whether a mobile caller is refused and called back, so that the call costs him nothing."""
    call_back_after_s: int
    call_backs_per_hour: int
    """To one number: a machine that rings for ever must not make us ring for ever."""
    call_backs_per_hour_in_all: int
    """To all numbers together; who calls after that is answered as ever."""
    ring_accepts: bool
    """Whether a unit with exactly one open alert accepts it by ringing and hanging up."""
    wait_s: int
    """How long a caller waits for an operator before he may leave a message."""
    answer_within_s: int
    """The target; Polri's own for 110 is ten seconds."""
    longest_talk_s: int
    record_talks: bool
    """Whether a talk with an operator is recorded, which is then said before."""
    pin_digits: int
    pin_tries: int
    pin_locked_minutes: int
