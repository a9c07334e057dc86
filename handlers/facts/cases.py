from uuid import UUID

from handlers.facts.sources import Sources
from handlers.screens.cases import case_message
from handlers.speech import Speech
from handlers.texts import Texts
from services.views import Fact


async def tell_case(fact: Fact, sources: Sources, text: Texts) -> Speech:
    """Tell an admin what must be decided; when it is over, edit what was told."""
    case = await sources.cases.get(UUID(fact.subject))
    screen = case_message(case, text)
    return Speech(screen.text, screen.keyboard, remember=("case", fact.subject), edits=True)
