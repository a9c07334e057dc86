import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from services.errors import NotOffered, ProviderUnavailable
from services.ports.provider import CountryRow, ServiceRow
from tests.catalogue.shop import BRAZIL, INDONESIA, USA, Shelves

DOWN = ProviderUnavailable("no answer")


async def test_a_fresh_shop_fills_its_shelves_by_itself(shelves: Shelves) -> None:
    shelves.upstream.sells(("wa", "73", "0.50", 721), ("tg", "6", "0.30", 9))

    reports = await shelves.sync.run()

    assert [(each.provider, each.prices, each.error) for each in reports] == [
        ("active", 2, None),
        ("backup", 1, None),
    ]
    assert await shelves.stock() == {("wa", BRAZIL): 721, ("tg", INDONESIA): 9}
    assert await shelves.sold() == {"wa", "tg"}


async def test_reading_the_same_twice_changes_nothing(shelves: Shelves) -> None:
    await shelves.sync.run()

    again = await shelves.sync.run()

    assert [each.changed for each in again] == [0, 0]


async def test_a_whole_reply_puts_what_it_leaves_out_out_of_stock(shelves: Shelves) -> None:
    shelves.upstream.sells(("wa", "73", "0.50", 721), ("tg", "6", "0.30", 9))
    await shelves.sync.run()

    shelves.upstream.sells(("wa", "73", "0.55", 700))
    await shelves.sync.run_prices()

    assert await shelves.stock() == {("wa", BRAZIL): 700, ("tg", INDONESIA): 0}


@pytest.mark.parametrize("told", [0, 1, 4])
async def test_a_short_reply_is_not_believed(shelves: Shelves, told: int) -> None:
    whole = [("wa", str(country), "0.50", 7) for country in range(1, 11)]
    shelves.upstream.sells(*whole)
    await shelves.sync.run()
    before = await shelves.stock()

    shelves.upstream.sells(*whole[:told])
    (report, _) = await shelves.sync.run_prices()

    assert report.error == f"only {told} prices told, 10 known"
    assert await shelves.stock() == before
    assert await shelves.stale() == ["active"]


async def test_a_provider_that_fails_stops_no_other(shelves: Shelves) -> None:
    shelves.upstream.fails(DOWN)

    failed, read = await shelves.sync.run()

    assert (failed.error, read.error) == ("no answer", None)
    assert await shelves.stock("backup") == {("wa", BRAZIL): 721}


async def test_a_provider_that_talks_nonsense_stops_no_other(
    shelves: Shelves, caplog: pytest.LogCaptureFixture
) -> None:
    shelves.upstream.fails(ValueError("a reply nobody foresaw"))

    failed, read = await shelves.sync.run()

    assert (failed.error, read.error) == ("ValueError", None)
    assert "a reply nobody foresaw" in caplog.text


async def test_a_provider_that_fails_is_served_stale(shelves: Shelves) -> None:
    await shelves.sync.run()

    shelves.upstream.fails(DOWN)
    await shelves.sync.run()

    assert await shelves.stock() == {("wa", BRAZIL): 721}
    assert await shelves.sold() == {"wa"}


async def test_a_stale_catalogue_is_one_case_that_closes_itself(shelves: Shelves) -> None:
    shelves.upstream.fails(DOWN, "prices")
    await shelves.sync.run()
    await shelves.sync.run_prices()
    told_while_down = await shelves.stale()

    shelves.upstream.failures.clear()
    await shelves.sync.run_prices()

    assert told_while_down == ["active"]
    assert await shelves.stale() == []


async def test_prices_are_due_until_every_provider_was_read(shelves: Shelves) -> None:
    hour = timedelta(hours=1)
    due_at_first = await shelves.sync.is_due(hour)

    shelves.upstream.fails(DOWN, "prices")
    await shelves.sync.run()
    due_when_one_failed = await shelves.sync.is_due(hour)
    shelves.upstream.failures.clear()
    await shelves.sync.run_prices()
    due_when_read = await shelves.sync.is_due(hour)
    shelves.clock.advance(3_601)

    assert (due_at_first, due_when_one_failed, due_when_read) == (True, True, False)
    assert await shelves.sync.is_due(hour)


async def test_a_provider_without_lists_sells_what_all_providers_number_alike(shelves: Shelves) -> None:
    shelves.upstream.fails(NotOffered("getServicesList"), "services", "countries", "operators")
    shelves.upstream.sells(("wa", "73", "0.50", 7), ("zzz", "73", "0.10", 5), ("wa", "999", "0.10", 5))

    await shelves.sync.run()

    assert await shelves.stock() == {("wa", BRAZIL): 7}


async def test_an_admins_change_outlives_each_sync(shelves: Shelves) -> None:
    await shelves.sync.run()
    await shelves.change_service("wa", name="Zap", policy="block", rank=77, price_per_otp=Decimal("9.90"))
    await shelves.change_country(BRAZIL, name="Brasil", active=False)

    await shelves.sync.run()

    assert await shelves.policy("wa") == "block"
    assert await shelves.sold() == set()


async def test_operators_are_told_anew_by_each_sync(shelves: Shelves) -> None:
    await shelves.sync.run()
    shelves.upstream.operator_rows = {"6": ("axis",)}

    await shelves.sync.run()

    card = await shelves.offers.quote(await shelves.ana(), await shelves.service_id("wa"), BRAZIL)
    assert card.operators == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("xyz", "Nubank"),
        ("xyz", "nu bank"),
        ("xyz", "NuBank Brasil"),
        ("xyz", "Binance.com / Binance US"),
        ("xyz", "Bet 365"),
        ("xyz", "My Betano App"),
        ("xyz", "Some Wallet"),
        ("xyz", "Credito Facil"),
        ("xyz", "xyz"),  # a code and no name: nobody knows what it is
        ("tg", "Bradesco"),  # this provider's codes are not everybody's
        ("aaa", "Nubank"),
        ("ot", "Any other"),
        ("ot2", "Any other 2"),
    ],
)
async def test_what_is_guarded_is_not_sold_under_any_code(one_shelf: Shelves, code: str, name: str) -> None:
    one_shelf.upstream.service_rows = (ServiceRow("wa", "Whatsapp"), ServiceRow(code, name))
    one_shelf.upstream.sells(("wa", "73", "0.50", 7), (code, "73", "0.10", 50))

    await one_shelf.sync.run()

    assert await one_shelf.sold() == {"wa"}


@pytest.mark.parametrize(
    "name", ["Wattpad", "Taxify", "Blender", "Pixiv", "Cabify", "Urban Company", "Likewise", "Alphabet Kids"]
)
async def test_what_is_harmless_is_sold_at_once(one_shelf: Shelves, name: str) -> None:
    one_shelf.upstream.service_rows = (ServiceRow("xyz", name),)
    one_shelf.upstream.sells(("xyz", "73", "0.10", 50))

    await one_shelf.sync.run()

    assert "xyz" in await one_shelf.sold()


async def test_a_service_is_known_by_its_name_where_its_code_is_foreign(shelves: Shelves) -> None:
    shelves.backup.service_rows = (ServiceRow("whats", "WhatsApp"),)
    shelves.backup.sells(("whats", "73", "0.40", 3))

    await shelves.sync.run()

    assert await shelves.words("backup") == {"whats": await shelves.service_id("wa")}


async def test_no_two_words_of_a_provider_mean_the_same(shelves: Shelves) -> None:
    shelves.upstream.service_rows = (ServiceRow("wa9", "WhatsApp"), ServiceRow("wa", "Whatsapp"))
    shelves.upstream.sells(("wa9", "73", "0.10", 3), ("wa", "73", "0.50", 7))

    await shelves.sync.run()

    words = await shelves.words()
    assert words["wa"] == await shelves.service_id("wa")
    assert words["wa9"] == await shelves.service_id("wa9")


async def test_countries_beyond_the_shared_numbers_go_by_their_names(shelves: Shelves) -> None:
    shelves.upstream.country_rows = (CountryRow("501", "Greenland"), CountryRow("502", "Brazil"))
    shelves.backup.country_rows = (CountryRow("501", "Vanuatu"), CountryRow("US", "America"))
    shelves.upstream.sells(("wa", "501", "0.50", 1), ("wa", "502", "0.50", 2))
    shelves.backup.sells(("wa", "501", "0.50", 3), ("wa", "US", "0.50", 4))

    await shelves.sync.run()

    told, told_too = await shelves.stock(), await shelves.stock("backup")
    assert told[("wa", BRAZIL)] == 2
    assert told_too[("wa", USA)] == 4
    assert (("wa", 501) in told) != (("wa", 501) in told_too)  # whoever named it first


async def test_a_new_country_has_its_flag_and_letters(shelves: Shelves) -> None:
    shelves.upstream.country_rows = (CountryRow("501", "Greenland"),)
    shelves.upstream.sells(("wa", "501", "0.50", 1))

    await shelves.sync.run()

    page = await shelves.catalogue.countries(await shelves.service_id("wa"))
    assert ("GL", "🇬🇱") in {(each.iso2, each.flag) for each in page.countries}


async def test_odd_numbers_are_made_to_fit(shelves: Shelves) -> None:
    shelves.upstream.sells(
        ("wa", "73", "0.12345678", 10**12),
        ("tg", "73", "0", 5),
        ("tg", "6", "0.2", -3),
        ("wa", "6", "1E+9", 5),
    )

    (report, _) = await shelves.sync.run()

    assert report.error is None
    assert await shelves.stock() == {("wa", BRAZIL): 1_000_000_000, ("tg", INDONESIA): 0}


async def test_two_syncs_at_once_end_as_one(shelves: Shelves) -> None:
    shelves.upstream.service_rows = tuple(ServiceRow(f"x{n}", f"Service {n}") for n in range(300))
    shelves.upstream.sells(*((f"x{n}", str(country), "0.5", n) for n in range(300) for country in (6, 73)))

    reports = await asyncio.gather(*(shelves.sync.run() for _ in range(4)))

    assert all(each.error is None for run in reports for each in run)
    assert len(await shelves.stock()) == 600
    assert len(await shelves.words()) == 300
