import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web

from bot.sandbox.telegram.errors import ApiError, BadRequest
from bot.sandbox.telegram.json_fields import parse

_UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024  # Bot API: a bot may send files of up to 50 MB
_BODY_LIMIT_BYTES = _UPLOAD_LIMIT_BYTES + 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes
    content_type: str


class Parameters:
    """What a call was asked with; every value is text, whatever form it came in."""

    def __init__(
        self, values: Mapping[str, str] | None = None, uploads: Mapping[str, Upload] | None = None
    ) -> None:
        self._values = values or {}
        self.uploads = uploads or {}

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        return self._values.get(name, "")

    def required(self, name: str) -> str:
        if not self.text(name):
            raise BadRequest(f'parameter "{name}" is required')
        return self.text(name)

    def integer(self, name: str, default: int = 0) -> int:
        """Read a number; the Bot API takes what is no number for nothing at all."""
        try:
            return int(self.text(name).strip() or default)
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str, refusal: str) -> Any:
        """Read a JSON value, None where there is none."""
        return parse(self.text(name), refusal) if self.text(name) else None

    def shown(self) -> dict[str, Any]:
        """Tell what was asked, for the journal."""
        uploads = {name: f"{file.name} ({len(file.content)} bytes)" for name, file in self.uploads.items()}
        return {**self._values, **uploads}


async def read_parameters(request: web.Request) -> Parameters:
    """Read a call from its query and its body: form, JSON or multipart."""
    values = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type.startswith("multipart/"):
        try:
            await _read_parts(request, values, uploads)
        except ValueError:
            raise BadRequest("can't parse request: wrong multipart/form-data") from None
    elif request.can_read_body:
        values.update(_read_body(request.content_type, await _read_all(request)))
    return Parameters(values, uploads)


async def _read_all(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > _BODY_LIMIT_BYTES:
            raise ApiError(413, "Request Entity Too Large")
    return bytes(body)


def _read_body(content_type: str, body: bytes) -> dict[str, str]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadRequest("strings must be encoded in UTF-8") from None
    if content_type == "application/json":
        return _read_json(text)
    if content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text, keep_blank_values=True))
    return {}


def _read_json(text: str) -> dict[str, str]:
    values = parse(text or "{}", "can't parse request: can't parse JSON object")
    if not isinstance(values, dict):
        raise BadRequest("can't parse request: JSON object expected")
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in values.items()
        if value is not None
    }


async def _read_parts(request: web.Request, values: dict[str, str], uploads: dict[str, Upload]) -> None:
    # A reader of our own: the application's limit on bodies is made for forms, not for files.
    async for part in MultipartReader(request.headers, request.content):
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read(decode=True))
        if len(content) > _UPLOAD_LIMIT_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        if part.filename is None:
            values[part.name] = content.decode()
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, content, kind)
