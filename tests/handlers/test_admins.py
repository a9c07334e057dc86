"""What admins order in one message, and what they look at."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

import pytest

from handlers.callbacks import Go, OpenCases, Place, ResolveCase, ShowCase
from handlers.screens.cases import case_screen
from handlers.texts import Texts
from services.books import Audit, ProviderState, Today, Violation
from services.cases import CasePage
from services.customers import CustomerNotFound
from services.desk import Granted
from services.views import CaseCard, Customer, Role
from tests.handlers.chat import Chat
from tests.handlers.shop import NOW, person


@dataclass
class PeopleDesk:
    """Acts once for each key, as the real one does."""

    chat: Chat
    orders: dict[str, tuple[object, ...]] = field(default_factory=dict)

    async def grant(
        self, _actor: Customer, words: str, amount: Decimal, reason: str | None, key: str
    ) -> Granted:
        is_new = key not in self.orders
        self.orders.setdefault(key, ("grant", words, amount, reason))
        return Granted(self._find(words), amount, is_new=is_new)

    async def ban(self, _actor: Customer, words: str, reason: str | None, key: str) -> Customer:
        self.orders[key] = ("ban", words, reason)
        return self._find(words)

    async def unban(self, _actor: Customer, words: str, key: str) -> Customer:
        self.orders[key] = ("unban", words)
        return self._find(words)

    def _find(self, words: str) -> Customer:
        for customer in self.chat.people.known.values():
            if words in {str(customer.telegram_id), f"@{customer.username}"}:
                return customer
        raise CustomerNotFound(words=words)


class Ledgers:
    async def today(self) -> Today:
        states = (
            ProviderState("SMS <Active>", "USD", Decimal("41.20"), is_well=True, checked_at=NOW),
            ProviderState("backup", "USD", None, is_well=False, checked_at=NOW),
        )
        money = (Decimal("611.40"), Decimal("75.00"), Decimal("900.10"), Decimal("14.70"))
        return Today(NOW, 132, money[0], 31, None, 14, 1, 3, money[1], 250, money[2], money[3], states)

    async def audit(self) -> Audit:
        broken = Violation("credits", "customer <1>", "12.00 is not 13.00")
        return Audit(250, Decimal("900.10"), Decimal("14.70"), (broken,), ("backup",))


@dataclass
class Drawer:
    case: CaseCard = field(
        default_factory=lambda: CaseCard(UUID(int=6), "closing.stuck", "number 1", {"price": "4.90"}, NOW)
    )

    async def page(self, number: int = 1) -> CasePage:
        is_open = self.case.resolved_at is None
        return CasePage((self.case,) if is_open else (), number, 3, 13 if is_open else 0)

    async def get(self, _case_id: UUID) -> CaseCard:
        return self.case

    async def resolve(self, _actor: Customer, _case_id: UUID, how: str, _key: str) -> CaseCard:
        self.case = replace(self.case, resolved_at=NOW, resolution=how)
        return self.case


@dataclass
class Words:
    """What an admin says of a purchase."""

    given: list[str] = field(default_factory=list)

    async def decide(self, _actor: Customer, _case_id: UUID, how: str, _key: str) -> None:
        self.given.append(how)


@pytest.fixture
def desk(chat: Chat) -> PeopleDesk:
    desk = PeopleDesk(chat)
    chat.dispatcher["desk"] = desk
    chat.dispatcher["books"] = Ledgers()
    chat.dispatcher["cases"] = Drawer()
    return desk


@pytest.fixture
def boss(chat: Chat, desk: PeopleDesk) -> Customer:
    return chat.people.add(person(1, role=Role.ADMIN, username="boss"))


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("/grant 11 20", ("grant", "11", Decimal("20.00"), None)),
        ("/grant 11 20,50 for the trouble", ("grant", "11", Decimal("20.50"), "for the trouble")),
        ("/grant @ana -5.00", ("grant", "@ana", Decimal("-5.00"), None)),
        ("/ban 11 spam", ("ban", "11", "spam")),
        ("/ban 11", ("ban", "11", None)),
        ("/unban @ana", ("unban", "@ana")),
    ],
)
async def test_an_order_is_one_message(
    chat: Chat, ana: Customer, boss: Customer, desk: PeopleDesk, words: str, order: tuple[object, ...]
) -> None:
    answer = await chat.say(boss, words)

    assert desk.orders == {"update:1": order}
    assert "ana (11)" in answer.text


@pytest.mark.parametrize(
    "words", ["/grant", "/grant 11", "/grant 11 much", "/grant 11 1e9", "/ban", "/unban"]
)
async def test_half_an_order_is_answered_with_how_it_is_given(
    chat: Chat, boss: Customer, desk: PeopleDesk, words: str
) -> None:
    answer = await chat.say(boss, words)

    assert desk.orders == {}
    assert answer.text.startswith("Use <code>/")


async def test_the_same_update_told_twice_grants_once(
    chat: Chat, ana: Customer, boss: Customer, desk: PeopleDesk
) -> None:
    await chat.say(boss, "/grant 11 20")
    chat.updates = 0
    again = await chat.say(boss, "/grant 11 20")

    assert len(desk.orders) == 1
    assert "Já tinha sido feito" in again.text


async def test_an_unknown_person_is_not_found(chat: Chat, boss: Customer) -> None:
    answer = await chat.say(boss, "/grant <nobody> 20")

    assert "Não encontrei “&lt;nobody&gt;”" in answer.text


@pytest.mark.parametrize("command", ["/admin", "/stats", "/grant 11 1", "/ban 11", "/unban 11", "/audit"])
async def test_nobody_else_can_order_anything(
    chat: Chat, ana: Customer, desk: PeopleDesk, command: str
) -> None:
    answer = await chat.say(ana, command)

    assert "Não conheço esse comando" in answer.text
    assert desk.orders == {}


@pytest.mark.parametrize("place", [Place.ADMIN, Place.STATS, Place.AUDIT, Place.CASES])
async def test_a_forged_admin_button_is_an_old_button(
    chat: Chat, ana: Customer, desk: PeopleDesk, place: Place
) -> None:
    answer = await chat.tap(ana, Go(to=place).pack())

    assert answer.toast == "Esse botão é antigo. Aqui está o início."


async def test_admin_home_tells_the_day(chat: Chat, boss: Customer) -> None:
    home = await chat.say(boss, "/admin")

    assert "132 vendas · R$ 611,40" in home.text
    assert "Margem 31 % · sucesso —" in home.text
    assert "🟢 SMS &lt;Active&gt;: US$ 41,20" in home.text
    assert "🔴 backup: saldo desconhecido" in home.text
    assert home.buttons[0].text == "⚠️ Decidir (1)"


async def test_the_audit_tells_what_is_wrong(chat: Chat, boss: Customer) -> None:
    audit = await chat.say(boss, "/audit")

    assert "🚨 1 violação" in audit.text
    assert "<code>customer &lt;1&gt;</code>: 12.00 is not 13.00" in audit.text
    assert "Não conferido: backup" in audit.text


async def test_a_lost_purchase_is_given_its_number_or_its_price(chat: Chat, boss: Customer) -> None:
    told = {"candidates": ["4300000001", "4300000002"], "upstream": "4300000001 (…4321, 0.50 USD)"}
    drawer, words = Drawer(CaseCard(UUID(int=6), "purchase.ambiguous", "n", told, NOW)), Words()
    chat.dispatcher["cases"], chat.dispatcher["purchase_cases"] = drawer, words

    case = await chat.tap(boss, ShowCase(case=UUID(int=6)).pack())
    await chat.tap(boss, case.data("✅ É o número 4300000002"), on=case)
    await chat.tap(boss, case.data("↩️"), on=case)

    assert "…4321, 0.50 USD" in case.text
    assert words.given == ["take.4300000002", "not_bought"]
    assert len(case.buttons) == len(told["candidates"]) + 3  # none, and the way back


async def test_a_case_is_looked_at_and_decided(chat: Chat, boss: Customer) -> None:
    home = await chat.say(boss, "/admin")
    cases = await chat.tap(boss, home.data("⚠️ Decidir"), on=home)
    case = await chat.tap(boss, ShowCase(case=UUID(int=6)).pack(), on=cases)

    done = await chat.tap(boss, case.data("✅"), on=case)

    assert case.data("✅") == ResolveCase(case=UUID(int=6), how="done").pack()
    assert "Resolvido" in done.text
    assert [button.text for button in done.buttons] == ["‹ Voltar", "🏠 Início"]


async def test_cases_are_turned_page_by_page_and_left_for_the_same_page(chat: Chat, boss: Customer) -> None:
    first = await chat.tap(boss, Go(to=Place.CASES).pack())
    second = await chat.tap(boss, first.data("1/3 ▶"), on=first)
    case = await chat.tap(boss, second.buttons[0].callback_data or "", on=second)
    back = await chat.tap(boss, case.data("‹"), on=case)

    assert "13 casos abertos" in first.text
    assert "number 1" in case.text
    assert [button.text for button in back.buttons[1:3]] == ["◀", "2/3 ▶"]
    assert back.data("◀") == OpenCases(page=1).pack()
    assert back.is_edit


def test_a_case_says_nothing_of_what_it_does_not_know() -> None:
    facts = {"reason": "bad_key", "until": "", "tries": 0}
    case = CaseCard(UUID(int=6), "provider.paused", "active", facts, NOW)

    said = case_screen(case, Texts("en")).text

    assert "bad_key" in said
    assert "tries" in said
    assert "until:" not in said
