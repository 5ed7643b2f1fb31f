"""The voice line's addresses: every URL accepts every kind of callback, and the step is in the URL."""

import logging
from functools import partial
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, request

from hotline.callback_fields import fields
from hotline.door import LIMIT, is_known
from hotline.keeping import Keeper, NotKeptError
from hotline.models import Kept
from hotline.outbox import Kind
from hotline.spool import Incoming
from hotline.unit_of_work import UnitOfWork
from ivr.answering import answer
from ivr.fallback import KIND, Spooled, answer_without_database
from ivr.gateway import CallEvent
from ivr.hearing import At
from ivr.line import VoiceLine
from ivr.prompts import caption, words_of
from ivr.sessions import call_of, mark_of, note_kept
from ivr.sounds import prompt_at
from ivr.together import EachAlone, Together

PROMISES: Final = {KIND: Kind.READ_CALL}
XML: Final = "application/xml"
PATIENCE_S: Final = 2.0
"""How long a caller hears nothing while the database is busy. How long carriers wait is written nowhere."""
SOUND_AGE_S: Final = 7 * 24 * 3600
"""A sound's address changes with the sound, so carriers may keep what they fetched."""

_log = logging.getLogger(__name__)


def register(app: Flask, line: VoiceLine, keeper: Keeper, patience_s: float = PATIENCE_S) -> None:
    """Gives the voice line its addresses below /ivr/<token>/."""
    tokens = [token.encode() for token in line.runtime.settings.webhook_tokens]
    steps = Steps(line, keeper, patience_s)
    blueprint = Blueprint("ivr", __name__, url_prefix="/ivr/<token>")

    @blueprint.url_value_preprocessor
    def check_token(_endpoint: str | None, values: dict[str, str] | None) -> None:
        if values is None or not is_known(values.pop("token"), tokens):
            abort(404)

    @blueprint.post("/call")
    def call() -> Response:
        return steps.take(At())

    @blueprint.post("/step/<segment>")
    def at_step(segment: str) -> Response:
        return steps.take(At(segment[:80]))

    @blueprint.post("/step/<segment>/silent")
    def at_silence(segment: str) -> Response:
        return steps.take(At(segment[:80], silent=True))

    @blueprint.get("/sounds/<path:address>")
    def sound(address: str) -> Response:
        try:
            prompt = prompt_at(address)
            wav = line.voices.now().wav(prompt)
        except KeyError:
            abort(404)
        # Carriers ignore the description; it is for people who follow what the line says.
        said = caption(prompt, words_of(line.runtime.playbook))
        described = {"Content-Description": quote(said, safe=" ,.;:?!")}
        kept = {"Cache-Control": f"max-age={SOUND_AGE_S}"}
        return Response(wav, content_type="audio/wav", headers=described | kept)

    app.register_blueprint(blueprint)


class Steps:
    """Answers callbacks, whatever is broken behind the line: a caller must never meet a dead one.

    A database that neither takes nor refuses must not keep him in silence either, so he waits for it only so
    long. What was given up may still be done afterwards: by its mark it counts once.
    """

    def __init__(self, line: VoiceLine, keeper: Keeper, patience_s: float) -> None:
        self._line = line
        self._keeper = keeper
        self._patience_s = patience_s
        on_sqlite = line.runtime.engine.dialect.name == "sqlite"
        answering = Together if on_sqlite else EachAlone
        self._answering = answering(partial(line.runtime.work, hurried=True), self._answer)

    def take(self, at: At) -> Response:
        """Answers one callback; without a database from the menu alone, with the callback in the spool."""
        body = request.stream.read(LIMIT)
        form = fields(body, request.content_type or "")
        event = self._line.gateway.read_event(form)
        if not event.active:
            return self._keep_end(Spooled.of(at, form), event)
        try:
            said = self._in_time(at, event)
        except Exception as error:
            _log.exception(
                "a step could not be kept (%s); the line goes on from the menu alone", type(error).__name__
            )
            self._spool(Spooled.of(at, form))
            said = answer_without_database(self._line, at, event)
        else:
            self._keeper.note([self._entry(Spooled.of(at, form))])
        return Response(said, content_type=XML)

    def _keep_end(self, spooled: Spooled, event: CallEvent) -> Response:
        """Nobody hears what the end of a call is answered: it is kept as a text is. A worker files what was
        told, so that no other caller waits for that.
        """
        try:
            self._keeper.keep(self._entry(spooled))
        except NotKeptError:
            return Response(status=503, headers={"Retry-After": "5"})
        return Response(answer_without_database(self._line, spooled.at, event), content_type=XML)

    def _in_time(self, at: At, event: CallEvent) -> bytes:
        step = self._answering.answer(at, event)
        try:
            return step.result(self._patience_s)
        finally:
            step.cancel()

    def _answer(self, work: UnitOfWork, at: At, event: CallEvent) -> bytes:
        return answer(work, self._line, at, event)

    def _entry(self, spooled: Spooled) -> Incoming:
        received_at = self._line.runtime.clock.now()
        return Incoming(KIND, spooled.key, spooled.to_bytes(), "application/json", received_at)

    def _spool(self, spooled: Spooled) -> None:
        try:
            self._keeper.set_aside(self._entry(spooled))
        except NotKeptError:
            # The keeper has written the last copy to stderr; the caller still hears what to do.
            _log.error("a call's step could be kept nowhere")


def read_call(work: UnitOfWork, kept_id: int, line: VoiceLine) -> None:
    """Walks the end of a call, or a step that came while the database was down; nobody hears the answer."""
    kept = work.session.get_one(Kept, kept_id)
    spooled = Spooled.from_bytes(kept.body)
    event = line.gateway.read_event(spooled.form)
    answer(work, line, spooled.at, event)
    note_kept(work, call_of(work, event, spooled.at).call, mark_of(spooled.at, event), kept_id)
