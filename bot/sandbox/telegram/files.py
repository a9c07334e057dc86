import secrets
import struct
from dataclasses import dataclass
from itertools import count

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.parameters import Parameters, Upload

_PHOTO_LIMIT_BYTES = 10 * 1024 * 1024  # Bot API: photos up to 10 MB
_DOWNLOAD_LIMIT_BYTES = 20 * 1024 * 1024  # Bot API: getFile serves up to 20 MB
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    path: str
    name: str
    content: bytes
    content_type: str
    size: tuple[int, int] | None  # of a picture, in pixels

    def as_file(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


class Files:
    """Everything uploaded, by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._numbers = count(0)

    def add_photo(self, upload: Upload) -> StoredFile:
        size = picture_size(upload.content)
        if size is None:
            raise BadRequest("IMAGE_PROCESS_FAILED")
        if len(upload.content) > _PHOTO_LIMIT_BYTES:
            raise BadRequest("file is too big")
        width, height = size
        if width + height > 10_000 or max(size) > 20 * min(size):  # Bot API: sendPhoto's own rules
            raise BadRequest("PHOTO_INVALID_DIMENSIONS")
        return self._add("photos", upload, size)

    def add_document(self, upload: Upload) -> StoredFile:
        if not upload.content:
            raise BadRequest("file must be non-empty")
        return self._add("documents", upload, None)

    def find(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def _add(self, folder: str, upload: Upload, size: tuple[int, int] | None) -> StoredFile:
        ending = _ENDINGS.get(upload.content_type) or upload.name.rpartition(".")[2] or "bin"
        stored = StoredFile(
            file_id=f"Ag{secrets.token_urlsafe(40)}",
            unique_id=f"AQ{secrets.token_urlsafe(9)}",
            path=f"{folder}/file_{next(self._numbers)}.{ending}",
            name=upload.name,
            content=upload.content,
            content_type=upload.content_type,
            size=size,
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored


def photo_fields(files: Files, asked: Parameters, given: str | None = None) -> Json:
    """Turn what a call names as its photo into the message's `photo`."""
    stored = _named(files, asked, "photo", given)
    stored = files.add_photo(stored) if isinstance(stored, Upload) else stored
    if stored.size is None:
        raise BadRequest("wrong file identifier/HTTP URL specified")
    width, height = stored.size
    return {"photo": [{**stored.as_file(), "width": width, "height": height}]}


def document_fields(files: Files, asked: Parameters, given: str | None = None) -> Json:
    """Turn what a call names as its document into the message's `document`."""
    stored = _named(files, asked, "document", given)
    stored = files.add_document(stored) if isinstance(stored, Upload) else stored
    return {"document": {**stored.as_file(), "file_name": stored.name, "mime_type": stored.content_type}}


def check_downloadable(stored: StoredFile) -> None:
    if len(stored.content) > _DOWNLOAD_LIMIT_BYTES:
        raise BadRequest("file is too big")


def _named(files: Files, asked: Parameters, kind: str, given: str | None) -> Upload | StoredFile:
    """Find the file: uploaded under the field's own name, under an `attach://` name, or known by its id."""
    name = asked.text(kind) if given is None else given
    if not name and kind in asked.uploads:
        return asked.uploads[kind]
    if name.startswith("attach://"):
        upload = asked.uploads.get(name.removeprefix("attach://"))
        if upload is None:
            raise BadRequest(f"there is no {kind} in the request")
        return upload
    if not name:
        raise BadRequest(f"there is no {kind} in the request")
    if name.startswith(("http://", "https://")):
        raise BadRequest("failed to get HTTP URL content")  # the sandbox fetches nothing from outside
    stored = files.find(name)
    if stored is None:
        raise BadRequest("wrong file identifier/HTTP URL specified")
    return stored


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Read width and height from the head of a PNG, GIF or JPEG."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
