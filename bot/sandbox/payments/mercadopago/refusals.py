from typing import Any

from bot.sandbox.payments.impossible import ImpossibleOrderError


class MercadoPagoRefusal(ImpossibleOrderError):
    """What Mercado Pago answers instead of an object; `cause` is its own number of the reason."""

    def __init__(
        self, message: str, *, status: int = 400, error: str = "bad_request", cause: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.error, self.cause = status, error, cause

    def body(self) -> dict[str, Any]:
        told = str(self)
        causes = [] if self.cause is None else [{"code": self.cause, "description": told, "data": None}]
        return {"message": told, "error": self.error, "status": self.status, "cause": causes}


def not_there(what: str, cause: int | None = None) -> MercadoPagoRefusal:
    return MercadoPagoRefusal(f"{what} not found", status=404, error="not_found", cause=cause)


def wrong_state() -> MercadoPagoRefusal:
    return MercadoPagoRefusal("The action requested is not valid for the current payment state", cause=2063)
