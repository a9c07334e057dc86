from collections.abc import Mapping
from dataclasses import dataclass, field

USUAL_LIFE_SECONDS = 20 * 60

# Seen in clients of SMS-Activate; the pair with a country beats the service alone.
_LONGER_LIVES: Mapping[tuple[str, int | None], int] = {
    ("ya", None): 40 * 60,
    ("cy", None): 60 * 60,
    ("ft", None): 60 * 60,
    ("ig", None): 60 * 60,
    ("wx", None): 60 * 60,
    ("tg", 6): 45 * 60,  # HeroSMS: Telegram lives longer in these two countries only
    ("tg", 151): 45 * 60,
}


@dataclass(slots=True)
class Rules:
    """How strict the account's upstream is; the side door may change each while it runs."""

    cancel_floor_seconds: float = 120
    life_seconds: float | None = None  # None: the table of usual lives
    next_lives_seconds: list[float] = field(default_factory=list)
    threads_limit: int | None = None
    requests_per_second: int | None = None
    retry_after_seconds: int | None = None
    list_lag_seconds: float = 0
    bans_by_success: bool = True
    # What status 6 does before any code came: HeroSMS refuses, SMS-Activate deletes and pays back.
    finish_without_code: str = "refuse"
    # SMS-Activate: status 6 while waiting for one more code only ends that wait.
    finish_ends_retry_first: bool = False
    # HeroSMS: finishing over a message nobody has read is refused once, with the message.
    finish_needs_reading: bool = False
    honours_order_ids: bool = False
    # No document shows it, some clones do it: the list of open numbers repeats the order id.
    echoes_order_ids: bool = False
    currency: int = 840  # ISO 4217 number of what the account is kept in
    naive_zone_hours: int = 3  # SMS-Activate wrote Moscow time without saying so

    def life_of(self, service: str, country: int) -> float:
        """Tell how long a number bought now lives; a life set for the next purchase is used up."""
        if self.next_lives_seconds:
            return self.next_lives_seconds.pop(0)
        if self.life_seconds is not None:
            return self.life_seconds
        usual = _LONGER_LIVES.get((service, None), USUAL_LIFE_SECONDS)
        return _LONGER_LIVES.get((service, country), usual)
