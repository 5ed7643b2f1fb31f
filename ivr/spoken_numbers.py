"""Numbers and times as clips, put together as Indonesian says them: dua puluh | satu."""

from datetime import time

HIGHEST = 99


def number_clips(number: int) -> tuple[str, ...]:
    """0 to HIGHEST as clips; what is above is said digit by digit."""
    if number < 10 or number > HIGHEST:
        return tuple(f"digit_{digit}" for digit in str(number))
    if number < 20:
        return (f"number_{number}",)
    tens, ones = divmod(number, 10)
    return (f"number_{tens}0", f"digit_{ones}") if ones else (f"number_{tens}0",)


def time_clips(at: time) -> tuple[str, ...]:
    """A time of the day: pukul | dua puluh | satu | lewat | empat | menit."""
    hour = ("at_oclock", *number_clips(at.hour))
    return (*hour, "past", *number_clips(at.minute), "minutes") if at.minute else hour


def number_names() -> frozenset[str]:
    """Every clip that a number can be made of."""
    return frozenset(clip for number in range(HIGHEST + 1) for clip in number_clips(number))


def time_names() -> frozenset[str]:
    """Every clip that a time can be made of."""
    return number_names() | {"at_oclock", "past", "minutes"}
