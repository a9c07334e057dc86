from typing import Any

from bot.sandbox.payments.impossible import ImpossibleOrderError


class CryptoPayRefusal(ImpossibleOrderError):
    """What Crypto Pay answers instead of a result: a number and a name."""

    def __init__(self, name: str, status: int = 400) -> None:
        super().__init__(name)
        self.status = status

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": {"code": self.status, "name": str(self)}}
