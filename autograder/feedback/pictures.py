"""Pictures a student made: only what really is one, and never so large that a browser gives up on it."""

import base64
import binascii
import re

KINDS = ("image/png", "image/jpeg")
MAX_BYTES = 8 * 1024 * 1024
MAX_SIDE = 20_000  # pixels
MAX_PIXELS = 64_000_000
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_EMBEDDED = re.compile(r"data:(image/(?:png|jpeg|svg\+xml));base64,", re.ASCII)


def checked(kind: str, text: str) -> str:
    """The base 64 of a PNG or JPEG, written anew; '' when it is none."""
    data = _decoded(text)
    if kind == "image/png" and data.startswith(_PNG) and data[12:16] == b"IHDR":
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        fits = 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS
    else:
        fits = kind == "image/jpeg" and data.startswith(_JPEG)
    return base64.b64encode(data).decode() if fits else ""


def address(text: str) -> str:
    """A `data:` address of a picture, written anew; '' for any other address."""
    match = _EMBEDDED.match(text)
    if not match:
        return ""
    kind, body = match[1], text[match.end() :]
    picture = base64.b64encode(_decoded(body)).decode() if kind == "image/svg+xml" else checked(kind, body)
    return f"data:{kind};base64,{picture}" if picture else ""


def drawing(source: str) -> str:
    """SVG as an HTML picture: in an <img> a browser runs no script of it and fetches nothing for it."""
    encoded = base64.b64encode(source.encode("utf-8", "replace")[:MAX_BYTES]).decode()
    return f'<img src="data:image/svg+xml;base64,{encoded}" alt="drawing">' if encoded else ""


def _decoded(text: str) -> bytes:
    if len(text) > MAX_BYTES * 4 // 3:
        return b""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
