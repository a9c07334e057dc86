from handlers.callbacks import Go, Place
from handlers.keyboards import PRIMARY, Row, button, keyboard, way_back
from handlers.say import Screen
from handlers.texts import Texts
from services.books import Audit, ProviderState, Today

_VIOLATIONS_SHOWN = 15


def admin_screen(today: Today, text: Texts) -> Screen:
    return Screen(
        "\n".join(_today(today, text)),
        keyboard(
            _decide(today, text),
            [
                button(text.plain("button-stats"), Go(to=Place.STATS)),
                button(text.plain("button-audit"), Go(to=Place.AUDIT)),
            ],
            [button(text.plain("button-refresh"), Go(to=Place.ADMIN))],
            way_back(text),
        ),
    )


def stats_screen(today: Today, text: Texts) -> Screen:
    lines = [
        *_today(today, text),
        "",
        text("stats-customers", count=today.customers),
        text("stats-money", credits=today.credits_total, held=today.held_total),
        text("stats-pending", count=today.pending_topups, sum=today.pending_topup_sum),
    ]
    return Screen("\n".join(lines), keyboard(way_back(text, Go(to=Place.ADMIN))))


def audit_screen(audit: Audit, text: Texts) -> Screen:
    lines = [
        text("audit-ok") if audit.ok else text("audit-broken", count=len(audit.violations)),
        text("stats-customers", count=audit.customers),
        text("stats-money", credits=audit.credits_total, held=audit.held_total),
    ]
    lines += [
        text("audit-violation", rule=found.rule, subject=found.subject, detail=found.detail)
        for found in audit.violations[:_VIOLATIONS_SHOWN]
    ]
    if audit.unchecked:
        lines.append(text("audit-unchecked", what=", ".join(audit.unchecked)))
    return Screen("\n".join(lines), keyboard(way_back(text, Go(to=Place.ADMIN))))


def done_screen(text: Texts, key: str, **facts: object) -> Screen:
    return Screen(text(key, **facts), keyboard(way_back(text, Go(to=Place.ADMIN))))


def _today(today: Today, text: Texts) -> list[str]:
    return [
        text("admin-sales", count=today.sales, revenue=today.revenue),
        text(
            "admin-quality",
            margin=_percent(today.margin_percent, text),
            success=_percent(today.success_percent, text),
        ),
        text("admin-open", numbers=today.open_numbers, cases=today.open_cases, topups=today.pending_topups),
        *(_provider(provider, text) for provider in today.providers),
    ]


def _percent(percent: object, text: Texts) -> str:
    return text.plain("percent-none") if percent is None else text.plain("percent", percent=str(percent))


def _provider(provider: ProviderState, text: Texts) -> str:
    balance = (
        text.plain("balance-unknown")
        if provider.balance is None
        else text.money(provider.balance, provider.currency)
    )
    key = "admin-provider" if provider.is_well else "admin-provider-down"
    return text(key, name=provider.name, balance=balance)


def _decide(today: Today, text: Texts) -> Row:
    style = PRIMARY if today.open_cases else None
    return [button(text.plain("button-cases", count=today.open_cases), Go(to=Place.CASES), style)]
