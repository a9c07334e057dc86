from collections.abc import Mapping

from bot.sandbox.sms_active.profiles.classic import Classic
from bot.sandbox.sms_active.profiles.hero import Hero

PROFILES: Mapping[str, type[Classic]] = {"classic": Classic, "hero": Hero}
