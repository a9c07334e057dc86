import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bot.sandbox.sms_active.services import Service

_CODE_IN_TEXT = re.compile(r"\b\d{3}[- ]?\d{3}\b|\b\d{4,8}\b")

_TEXTS: dict[str, Callable[[str], str]] = {
    "wa": lambda code: f"<#> WhatsApp: {code[:3]}-{code[3:]} confirms this phone. Keep it to yourself.",
    "tg": lambda code: f"Telegram login {code}. Nobody but you should see it.",
    "go": lambda code: f"G-{code} verifies your Google account.",
    "pd": lambda code: f"iFood: seu código é {code}. Não passe adiante.",
    "cq": lambda code: f"Mercado: use {code} para confirmar o telefone.",
}


def compose(
    service: Service, dice: Random, text: str | None, code: str | None, kind: str
) -> tuple[str | None, str | None]:
    """Fill in what was not given: an empty code is read from the text, or drawn; a call has no text."""
    if code == "":
        code = _draw_code(dice) if text is None else _find_code(text)
    if text is None and kind == "sms":
        text = _write_text(service, code or "")
    return text, code


def _draw_code(dice: Random) -> str:
    """Make up a code of six digits, the first one no zero."""
    return str(dice.randint(100_000, 999_999))


def _write_text(service: Service, code: str) -> str:
    """Word an SMS as the service would."""
    known = _TEXTS.get(service.code)
    return known(code) if known else f"{code} is your {service.name} code."


def _find_code(text: str) -> str | None:
    """Read the code out of a text, as upstream does; None when it finds none."""
    found = _CODE_IN_TEXT.search(text)
    return found.group().replace("-", "").replace(" ", "") if found else None


@dataclass(slots=True)
class AutoDelivery:
    """After how many seconds a code comes by itself, for all services or for one."""

    usual_seconds: float | None = None
    seconds_by_service: dict[str, float | None] = field(default_factory=dict)

    def seconds_for(self, service: str) -> float | None:
        return self.seconds_by_service.get(service, self.usual_seconds)

    def change(self, seconds: float | None, service: str | None) -> None:
        if service is None:
            self.usual_seconds = seconds
            self.seconds_by_service.clear()
        else:
            self.seconds_by_service[service] = seconds
