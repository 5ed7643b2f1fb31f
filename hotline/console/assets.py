"""Styles, scripts and pictures. What is asked for with its hash is kept for ever, since it never changes."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request, send_from_directory

from hotline.web import public

bp = Blueprint("assets", __name__, template_folder="templates")

FOLDER: Final = Path(__file__).parent / "static"


@bp.get("/assets/<path:name>")
@public
def send(name: str) -> Response:
    """One file."""
    response = send_from_directory(FOLDER, name)
    kept = request.args.get("v") == _hashes.get(name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
    return response


_hashes: Final[dict[str, str]] = {}


def address(name: str) -> str:
    """Where a file is, with the hash of what it holds."""
    if name not in _hashes:
        _hashes[name] = sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={_hashes[name]}"
