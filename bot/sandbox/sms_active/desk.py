from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.sandbox.sms_active.account import Account
from bot.sandbox.sms_active.activation import Activation, Order
from bot.sandbox.sms_active.catalogue import Catalogue
from bot.sandbox.sms_active.profiles.classic import Classic
from bot.sandbox.sms_active.refusal import RefusedError


@dataclass(frozen=True, slots=True)
class Desk:
    """One request as the actions see it: what was asked, of which account, in which dialect."""

    asked: Mapping[str, str]
    account: Account
    words: Classic

    @property
    def catalogue(self) -> Catalogue:
        return self.account.catalogue

    def need(self, name: str) -> str:
        """Read a parameter that must be there."""
        value = self.asked.get(name, "")
        if not value:
            raise RefusedError("UNPROCESSABLE_ENTITY", field=name, problem="REQUIRED")
        return value

    def number(self, name: str, otherwise: int) -> int:
        value = self.asked.get(name, "") or str(otherwise)
        if not value.isdecimal():
            raise RefusedError("UNPROCESSABLE_ENTITY", field=name, problem="INVALID")
        return int(value)

    def country(self) -> int | None:
        """Read the country asked for, if any; it must exist."""
        if not self.asked.get("country"):
            return None
        return self.catalogue.country(self.number("country", 0)).id

    def service(self) -> str | None:
        code = self.asked.get("service")
        return self.catalogue.service(code).code if code else None

    def activation(self) -> Activation:
        return self.account.find(self.asked.get("activationId") or self.need("id"))

    def order(self) -> Order:
        service = self.need("service")
        self.need("country")
        return Order(
            service=service,
            country=self.number("country", 0),
            operators=self._words("operator"),
            max_price=self._price("maxPrice"),
            fixed_price=self.asked.get("fixedPrice", "").lower() in {"true", "1"},
            order_id=self.asked.get("orderId", ""),
            user_id=self.asked.get("userId") or self.asked.get("userID", ""),
            unwanted_prefixes=self._words("phoneException"),
            voice=self.asked.get("activationType") in {"1", "2"} or self.asked.get("verification") == "call",
        )

    def _words(self, name: str) -> tuple[str, ...]:
        return tuple(each for each in self.asked.get(name, "").split(",") if each)

    def _price(self, name: str) -> Decimal | None:
        try:
            return Decimal(self.asked[name]) if self.asked.get(name) else None
        except InvalidOperation as error:
            raise RefusedError("UNPROCESSABLE_ENTITY", field=name, problem="INVALID") from error
