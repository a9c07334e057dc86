import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine

_MARK = "v1:"


class Vault:
    """Hides phone numbers, texts and e-mails at rest; without a key it lets them through."""

    def __init__(self, key: str = "") -> None:
        secret = key.encode()
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(secret, b"cipher"))) if key else None
        self._digest_key = _derive(secret, b"digest") if key else b"chegou"

    def lock(self, text: str) -> str:
        """Encrypt; what is locked tells so by its first letters."""
        if self._fernet is None:
            return text
        return _MARK + self._fernet.encrypt(text.encode()).decode()

    def open(self, text: str) -> str:
        """Decrypt; text stored before a key was set is given back as it is."""
        if not text.startswith(_MARK):
            return text
        if self._fernet is None:
            raise LockedError("this row was stored with an ENCRYPTION_KEY that is not set now")
        try:
            return self._fernet.decrypt(text.removeprefix(_MARK)).decode()
        except InvalidToken as error:
            raise LockedError("this row was stored with another ENCRYPTION_KEY") from error

    def digest(self, text: str) -> str:
        """Make the keyed hash that stands beside a hidden value, for search and uniqueness."""
        return hmac.new(self._digest_key, text.encode(), hashlib.sha256).hexdigest()


class LockedError(Exception):
    """A hidden value cannot be read with the key in the settings."""


def hand_vault(engine: Engine, vault: Vault) -> None:
    """Put the vault where the Encrypted columns of this engine look for it."""
    engine.dialect.vault = vault  # type: ignore[attr-defined]


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"chegou " + purpose).derive(secret)
