"""The line's sounds that people recorded: each upload is a version, the newest of a clip counts.

The rendered sounds lie in the playbook's folder and stay there, so that going back is always possible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.domain.playbook import Playbook
from hotline.domain.rights import Act, Actor, require
from hotline.models import Audit, Sound
from hotline.telephone_sound import fit_for_telephone, seconds_of
from hotline.unit_of_work import UnitOfWork

DOCUMENT: Final = "prompts"


class NoSuchClipError(Exception):
    """The playbook has no clip of this name."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One sound of the line: its words, and whose voice says them now."""

    name: str
    words: str
    recorded: Sound | None
    """The person's recording that counts; None where the rendered sound does."""
    versions: int

    @property
    def is_stale(self) -> bool:
        """Whether the words have changed since it was recorded."""
        return self.recorded is not None and self.recorded.words != self.words


def clips(session: Session, playbook: Playbook) -> list[Clip]:
    """All of them, in the playbook's order."""
    newest, counts = _newest(session), _versions(session)
    return [
        Clip(name, words, row if (row := newest.get(name)) and row.wav else None, counts.get(name, 0))
        for name, words in words_of(playbook).items()
    ]


def words_of(playbook: Playbook) -> Mapping[str, str]:
    """Clip to its words in the programme's language."""
    tables = playbook.documents[DOCUMENT].data
    language = playbook.programme.language
    return {name: table[language] for name, table in tables.items() if language in table}


def wav_of(session: Session, playbook: Playbook, clip: str, *, rendered: bool = False) -> bytes:
    """What callers hear of this clip now, or its rendered sound. Raises NoSuchClipError."""
    if clip not in words_of(playbook):
        raise NoSuchClipError(clip)
    newest = None if rendered else _newest(session).get(clip)
    if newest is not None and newest.wav is not None:
        return newest.wav
    path = Path(playbook.folder) / DOCUMENT / f"{clip}.wav"
    if not path.is_file():
        raise NoSuchClipError(clip)
    return path.read_bytes()


def recorded(session: Session) -> Mapping[str, bytes]:
    """Clip to the person's recording that counts, for all that have one."""
    return {clip: row.wav for clip, row in _newest(session).items() if row.wav is not None}


def last_change(session: Session) -> int:
    """Grows with every change of a sound."""
    return session.scalar(select(func.max(Sound.id))) or 0


def put(work: UnitOfWork, clip: str, uploaded: bytes, by: Actor) -> Sound:
    """A person's recording takes the clip's place.

    Raises NotAllowedError, NoSuchClipError, UnfitSoundError with what is wrong with it.
    """
    require(by, Act.MANAGE_SOUNDS)
    like_s = seconds_of(wav_of(work.session, work.playbook, clip, rendered=True))
    return _add(work, clip, fit_for_telephone(uploaded, like_s), by)


def go_back(work: UnitOfWork, clip: str, by: Actor) -> Sound:
    """The rendered sound counts again. Raises NotAllowedError, NoSuchClipError."""
    require(by, Act.MANAGE_SOUNDS)
    wav_of(work.session, work.playbook, clip, rendered=True)
    return _add(work, clip, None, by)


def _add(work: UnitOfWork, clip: str, wav: bytes | None, by: Actor) -> Sound:
    words = words_of(work.playbook)[clip]
    row = Sound(clip=clip, wav=wav, words=words, made_at=work.now, made_by=by.id)
    work.session.add(row)
    act = "put_sound" if wav else "drop_sound"
    work.session.add(Audit(at=work.now, operator_id=by.id, act=act, subject=clip))
    return row


def _newest(session: Session) -> dict[str, Sound]:
    latest = select(func.max(Sound.id)).group_by(Sound.clip)
    return {row.clip: row for row in session.scalars(select(Sound).where(Sound.id.in_(latest)))}


def _versions(session: Session) -> dict[str, int]:
    query = select(Sound.clip, func.count()).where(Sound.wav.is_not(None)).group_by(Sound.clip)
    return {row[0]: row[1] for row in session.execute(query)}
