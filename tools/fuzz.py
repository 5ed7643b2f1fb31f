"""Reads very many broken texts and looks whether the grammar keeps its promises: `make fuzz`.

The texts are the playbook's own messages with letters dropped, doubled, swapped and mistyped, with words
moved and mixed, and noise of any letters. Promises: it never raises; it points at letters of the text; the
same text is read the same; a number with a wrong check digit is never valid; type and priority stand exactly
with a report. Exit code 1 where one is broken.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from hotline.domain.incident_number import is_valid
from hotline.playbook_reader import read_playbook
from sms.grammar import Intent, Reader, Sender, Span
from tools.training.messages import read_messages

PLAYBOOK: Final = Path(__file__).parent.parent / "hotline" / "playbooks" / "paal_merah"
TEXTS: Final = 100_000
SEED: Final = 1041
_SIGNS: Final = " .,!?/#:-'\"()+*\n\t0123456789"
_STRANGE: Final = "\x00\x07\u200b\u202e\ud83d\ude00é ß İ ﬁ \u0661 中 🔥 \ufeff"
_SENDERS: Final = tuple(Sender)


def mutated(text: str, others: Sequence[str], dice: random.Random) -> str:
    """The text with some of what thumbs, networks and chance do to it."""
    for _ in range(dice.randint(1, 6)):
        text = dice.choice(_CHANGES)(text, others, dice)
    return text


def _dropped(text: str, _: Sequence[str], dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + text[at + 1 :]


def _doubled(text: str, _: Sequence[str], dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + text[at : at + 1] * dice.randint(2, 9) + text[at + 1 :]


def _swapped(text: str, _: Sequence[str], dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _mistyped(text: str, _: Sequence[str], dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(_SIGNS + _STRANGE + "abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]


def _without_vowels(text: str, _: Sequence[str], __: random.Random) -> str:
    return "".join(letter for letter in text if letter not in "aeiou")


def _shouted(text: str, _: Sequence[str], __: random.Random) -> str:
    return text.upper()


def _run_together(text: str, _: Sequence[str], __: random.Random) -> str:
    return text.replace(" ", "", 3)


def _shuffled(text: str, _: Sequence[str], dice: random.Random) -> str:
    words = text.split()
    dice.shuffle(words)
    return " ".join(words)


def _joined(text: str, others: Sequence[str], dice: random.Random) -> str:
    return f"{text} {dice.choice(others)}"


def _cut(text: str, _: Sequence[str], dice: random.Random) -> str:
    return text[: dice.randrange(len(text) + 1)]


def _numbered(text: str, _: Sequence[str], dice: random.Random) -> str:
    return f"{dice.choice(('', 'no ', '#', 'SK-', 'STATUS ', 'rt '))}{dice.randrange(100_000)} {text}"


_CHANGES: Final = (
    _dropped, _doubled, _swapped, _mistyped, _without_vowels, _shouted, _run_together, _shuffled, _joined,
    _cut, _numbered,
)  # fmt: skip


def noise(dice: random.Random) -> str:
    """Letters of any kind."""
    return "".join(
        chr(dice.choice((dice.randrange(128), dice.randrange(0x2FFF)))) for _ in range(dice.randrange(160))
    )


def broken_promises(reader: Reader, text: str, sender: Sender) -> Iterator[str]:
    """The promises that the reading of this text breaks."""
    try:
        meaning = reader.read(text, sender)
        again = reader.read(text, sender)
    except Exception as error:
        yield f"raises {type(error).__name__}"
        return
    if meaning != again:
        yield "is read in two ways"
    if not 0 <= meaning.confidence <= 1:
        yield "has a confidence that is none"
    if any(not 0 <= span.start < span.end <= len(text) for span in spans_of(meaning)):
        yield "points outside the text"
    if meaning.number_valid and (meaning.number is None or not is_valid(meaning.number.value)):
        yield "has a wrong check digit and is called valid"
    reported = meaning.intent is Intent.REPORT
    if not reported == (meaning.incident_type is not None) == (meaning.priority is not None):
        yield "has type or priority without a report, or a report without"


def spans_of(part: object) -> Iterator[Span]:
    """Every span anywhere in a meaning, or in a part of one."""
    match part:
        case Span():
            yield part
        case tuple():
            for each in part:
                yield from spans_of(each)


def main(arguments: list[str]) -> None:
    """Reads the texts and prints what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=TEXTS)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    playbook = read_playbook(PLAYBOOK)
    reader = Reader.of(playbook)
    texts = [message.text for message in read_messages(playbook)]
    dice = random.Random(asked.seed)  # noqa: S311 - the texts are to be the same at every run  # nosec B311
    seen: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    started = time.perf_counter()
    for at in range(asked.texts):
        text = noise(dice) if at % 5 == 0 else mutated(dice.choice(texts), texts, dice)
        for promise in broken_promises(reader, text, dice.choice(_SENDERS)):
            broken[promise] += 1
            print(f"{promise}: {text!r}")
        seen["noise" if at % 5 == 0 else "mutated"] += 1
    lasted = time.perf_counter() - started
    print(f"{seen['mutated']} mutated and {seen['noise']} random texts, each read twice, in {lasted:.0f} s")
    print(f"{2 * asked.texts / lasted:.0f} readings a second; broken promises: {sum(broken.values())}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
