"""What can go wrong, as a tree.

ShopError: a refusal the person should hear
  (each use case adds its own beside itself)
OutsideError: somebody else's fault
  ProviderUnavailable   no answer, or one that says nothing
  ProviderRefused       a definite no, with the provider's code
  NotOffered            this provider has no such call
  GatewayUnavailable    no answer, or one that says nothing
  GatewayRefused        a definite no, with the gateway's code
  ForgedNotice          a notice nobody we know has signed
"""

from typing import ClassVar


class ShopError(Exception):
    """A refusal the person should hear, said once by the error router for all handlers."""

    text_key: ClassVar[str] = "error-other"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.text_key, facts)
        self.facts = facts


class OutsideError(Exception):
    """Somebody outside the shop failed us."""


class ProviderUnavailable(OutsideError):
    """No answer, or one that says nothing about what was asked."""


class ProviderRefused(OutsideError):
    """A definite no to a read or a change of state; `code` is the provider's own word."""

    def __init__(self, code: str, details: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(f"{code} {details}".strip())
        self.code = code
        self.details = details
        self.retry_after_seconds = retry_after_seconds


class NotOffered(OutsideError):
    """This provider has no such call."""


class GatewayUnavailable(OutsideError):
    """No answer from the gateway, or a fault of its own; asking again later is right."""


class GatewayRefused(OutsideError):
    """A definite no; `code` is the gateway's own word."""

    def __init__(self, code: str, details: str = "") -> None:
        super().__init__(f"{code} {details}".strip())
        self.code = code
        self.details = details


class ForgedNotice(OutsideError):
    """A notice whose signature is missing or wrong: answered 4xx, and nobody is asked anything."""
