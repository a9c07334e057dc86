"""What people must decide or know, page by page."""

from services.bells import Bells
from services.cases import Cases
from tests.shop.shop import Shop

_OPEN = 14


async def test_every_open_case_is_on_one_page_the_oldest_first(shop: Shop) -> None:
    cases = Cases(shop.store, Bells(), shop.clock)
    for number in range(_OPEN):
        await cases.open("provider.silent", f"{number:02}")
        shop.clock.advance(number % 2)  # two may begin in one moment

    pages = [await cases.page(number) for number in (1, 2, 3)]

    seen = [case.subject for page in pages for case in page.cases]
    assert sorted(seen) == [f"{number:02}" for number in range(_OPEN)]
    assert [case.since for page in pages for case in page.cases] == sorted(
        case.since for page in pages for case in page.cases
    )
    assert [(page.page, page.pages, page.count) for page in pages] == [(1, 3, 14), (2, 3, 14), (3, 3, 14)]


async def test_a_page_past_the_end_is_the_last(shop: Shop) -> None:
    cases = Cases(shop.store, Bells(), shop.clock)
    nothing = await cases.page(7)
    await cases.open("provider.silent", "a")

    last = await cases.page(7)

    assert (nothing.page, nothing.pages, nothing.cases) == (1, 1, ())
    assert (last.page, [case.subject for case in last.cases]) == (1, ["a"])
