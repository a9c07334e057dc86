from db.rows import AnyRow
from services.views import Bill, TopupState


def bill_of(topup: AnyRow, payment_id: str | None) -> Bill:
    """A top-up as its payer sees it."""
    return Bill(
        id=topup.id,
        customer_id=topup.user_id,
        gateway=topup.gateway,
        state=TopupState(topup.state),
        amount=topup.amount,
        currency=topup.currency,
        credits=topup.credits,
        bonus=topup.bonus,
        expires_at=topup.expires_at,
        created_at=topup.created_at,
        link=topup.link,
        copy_code=topup.copy_code,
        pay_amount=topup.gateway_amount,
        pay_currency=topup.gateway_currency,
        payment_id=payment_id,
        wanted_service_id=topup.wanted_service_id,
        wanted_country_id=topup.wanted_country_id,
    )
