from decimal import Decimal
from typing import get_args

import pytest

from db.store import Store
from services.bells import Bells
from services.cases import Cases
from services.catalogue_sync import CatalogueSync
from services.providers.handler_api import DialectName
from tests.catalogue.shop import BRAZIL, open_shelves
from tests.providers.handler_api.upstream import PATH, Sandbox, provider_at


@pytest.mark.parametrize("dialect", get_args(DialectName))
async def test_whatsapp_in_brazil_goes_from_the_wire_to_the_card(store: Store, dialect: DialectName) -> None:
    shelves = open_shelves(store, active="5")
    async with Sandbox(dialect).server() as server:
        provider = provider_at(str(server.make_url(PATH)), dialect)
        cases = Cases(store, Bells(), shelves.clock)
        (report,) = await CatalogueSync(store, {"active": provider}, cases, shelves.clock).run()
        await provider.close()

    assert report.error is None
    assert report.prices > 1_000
    service, country = (
        await shelves.catalogue.find_service("zap"),
        await shelves.catalogue.find_country("brasil"),
    )
    assert service is not None
    assert country == BRAZIL
    card = await shelves.offers.quote(await shelves.ana(), service.id, country)
    assert (card.service.name, card.country.name) == ("WhatsApp", "Brazil")
    assert card.price == Decimal("3.25")
    assert card.stock > 0
    assert not await shelves.sold() & {"ot", "ts", "aaa", "full"}
