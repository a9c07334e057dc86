import pytest

from services.ports.provider import CountryRow, ServiceRow
from tests.catalogue.shop import USA, USA_VIRTUAL, Shelves

MANY = ("wa", "tg", "go", "ig", "aaa", "gf")


@pytest.fixture
async def stocked(one_shelf: Shelves) -> Shelves:
    one_shelf.upstream.service_rows = tuple(ServiceRow(code, "") for code in MANY)
    one_shelf.upstream.country_rows = (CountryRow("73", "Brazil"), CountryRow("12", "USA (virtual)"))
    one_shelf.upstream.sells(*((code, "73", "0.50", 7) for code in MANY))
    await one_shelf.sync.run()
    return one_shelf


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("wa", "wa"),
        ("whatsapp", "wa"),
        ("zap", "wa"),
        ("whats", "wa"),
        ("Whatsap", "wa"),
        ("telegram", "tg"),
        ("telegran", "tg"),
        ("gmail", "go"),
        ("google voice", "gf"),
    ],
)
async def test_a_service_is_found_by_what_people_call_it(stocked: Shelves, words: str, code: str) -> None:
    found = await stocked.catalogue.find_service(words)
    listed = await stocked.catalogue.search(words)

    assert found is not None
    assert found.code == code
    assert listed[0].code == code


@pytest.mark.parametrize("words", ["qqqqxxx", "nubank", "aaa", "brazil", ""])
async def test_what_is_unknown_or_guarded_is_not_found(stocked: Shelves, words: str) -> None:
    assert await stocked.catalogue.find_service(words) is None


async def test_a_search_lists_only_what_can_be_bought(stocked: Shelves) -> None:
    assert [card.code for card in await stocked.catalogue.search("discord")] == []
    assert [card.code for card in await stocked.catalogue.search("nubank")] == []


async def test_a_service_out_of_stock_is_still_meant(stocked: Shelves) -> None:
    found = await stocked.catalogue.find_service("discord")

    assert found is not None
    assert found.code == "ds"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        *(
            (words, 73)
            for words in ("br", "BR", "bra", "brasil", "Brazil", "brésil", "Brasilien", "Бразилия")
        ),
        *((words, 73) for words in ("brzil", "brasill", "braz", "🇧🇷", "73")),
        *((words, 16) for words in ("uk", "gb", "inglaterra", "united kingdom", "reino unido")),
        *((words, 43) for words in ("alemanha", "germany", "Deutschland", "germny")),
        *((words, 6) for words in ("indonésia", "indonsia")),
        *((words, 31) for words in ("south africa", "áfrica do sul")),
        ("niger", 139),
        ("nigeria", 19),
        ("costa do marfim", 27),
        ("turkey", 62),
    ],
)
async def test_a_country_is_found_in_any_common_language(stocked: Shelves, words: str, number: int) -> None:
    assert await stocked.catalogue.find_country(words) == number


@pytest.mark.parametrize(
    "words", ["qqqqxxx", "xx", "united", "south", "999", "a", "", "whatsapp", "voice br"]
)
async def test_what_is_no_one_country_is_none(stocked: Shelves, words: str) -> None:
    assert await stocked.catalogue.find_country(words) is None


@pytest.mark.parametrize(
    "words", ["us", "usa", "eua", "EE.UU.", "estados unidos", "unites states", "сша", "🇺🇸"]
)
@pytest.mark.parametrize("sold", [USA, USA_VIRTUAL])
async def test_of_two_numbers_for_one_country_the_sold_one_is_meant(
    one_shelf: Shelves, words: str, sold: int
) -> None:
    one_shelf.upstream.sells(("wa", str(sold), "0.50", 7))
    await one_shelf.sync.run()

    assert await one_shelf.catalogue.find_country(words) == sold


async def test_the_usa_that_are_not_virtual_are_meant_when_both_are_sold(one_shelf: Shelves) -> None:
    one_shelf.upstream.sells(("wa", "12", "0.50", 7), ("wa", "187", "0.50", 7))
    await one_shelf.sync.run()

    assert await one_shelf.catalogue.find_country("usa") == USA


async def test_names_are_known_as_soon_as_they_are_written(shelves: Shelves) -> None:
    before = await shelves.catalogue.find_service("wa"), await shelves.catalogue.find_country("br")

    await shelves.sync.run()
    await shelves.change_service("wa", name="Verdinho")

    found = await shelves.catalogue.find_service("verdinho")
    assert before == (None, None)
    assert found is not None
    assert found.code == "wa"


async def test_what_an_admin_takes_off_is_found_no_more(shelves: Shelves) -> None:
    await shelves.sync.run()
    assert await shelves.catalogue.find_service("wa")

    await shelves.change_service("wa", active=False)
    await shelves.change_country(73, active=False)

    assert await shelves.catalogue.find_service("wa") is None
    assert await shelves.catalogue.find_country("br") is None
