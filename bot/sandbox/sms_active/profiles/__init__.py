from collections.abc import Mapping

from bot.sandbox.sms_active.profiles.classic import Classic
from bot.sandbox.sms_active.profiles.hero import Hero
from bot.sandbox.sms_active.profiles.smsbower import SmsBower
from bot.sandbox.sms_active.profiles.smshub import SmsHub

PROFILES: Mapping[str, type[Classic]] = {each.name: each for each in (Hero, Classic, SmsBower, SmsHub)}
