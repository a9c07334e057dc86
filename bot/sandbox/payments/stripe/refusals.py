from typing import Any

from bot.sandbox.payments.impossible import ImpossibleOrderError


class StripeRefusal(ImpossibleOrderError):
    """What Stripe answers instead of an object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.code, self.param = status, kind, code, param

    def body(self) -> dict[str, Any]:
        error = {"message": str(self), "type": self.kind, "code": self.code, "param": self.param}
        if self.code:
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return {"error": {name: value for name, value in error.items() if value is not None}}


def not_there(kind: str, name: str, param: str = "id") -> StripeRefusal:
    return StripeRefusal(f"No such {kind}: '{name}'", status=404, code="resource_missing", param=param)


def unplayed(param: str) -> StripeRefusal:
    """Stripe knows this; the stand-in would have to lie about it."""
    return StripeRefusal(f"The sandbox does not play `{param}`.", code="sandbox_unplayed", param=param)
