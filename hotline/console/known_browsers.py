"""Who has signed in in this browser before: a signed cookie, which opens nothing. It only spares him the
delays that strangers cause with his name (`hotline.sign_in`).
"""

from typing import Final

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from hotline.web import remember

COOKIE: Final = "known"
DAYS: Final = 90
MOST: Final = 12
"""People who share a browser; who was there longest ago is forgotten first."""


def seen_here() -> list[int]:
    """The operators, the last one last."""
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""), max_age=DAYS * 86_400)
    except BadSignature:
        return []
    return [each for each in found if isinstance(each, int)] if isinstance(found, list) else []


def note(response: Response, operator_id: int) -> None:
    """This one has signed in here."""
    others = [each for each in seen_here() if each != operator_id]
    signed = _signer().dumps([*others, operator_id][-MOST:])
    remember(response, COOKIE, signed, days=DAYS)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")
