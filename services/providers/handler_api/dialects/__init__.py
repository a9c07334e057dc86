"""The dialects by name. A further one is a file beside these and a line here."""

from collections.abc import Mapping

from services.providers.handler_api.dialects.classic import CLASSIC
from services.providers.handler_api.dialects.dialect import Dialect
from services.providers.handler_api.dialects.hero import HERO
from services.providers.handler_api.dialects.smsbower import SMSBOWER
from services.providers.handler_api.dialects.smshub import SMSHUB

DIALECTS: Mapping[str, Dialect] = {each.name: each for each in (HERO, CLASSIC, SMSBOWER, SMSHUB)}
