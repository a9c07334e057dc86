from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.states import Policy
from db.tables.base import Base, Dated, one_of
from db.types import Cost, Credits


class SmsService(Dated, Base):
    """What the shop offers: WhatsApp, Telegram, …"""

    __tablename__ = "sms_services"
    __table_args__ = (one_of("policy", Policy),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    price_per_otp: Mapped[Decimal | None] = mapped_column(Credits())  # the operator's fixed price
    active: Mapped[bool] = mapped_column(default=True)
    code: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str] = mapped_column(default="other")
    policy: Mapped[str] = mapped_column(default=Policy.ALLOW)
    rank: Mapped[int] = mapped_column(default=10_000)


class Country(Dated, Base):
    """A country under the number the protocol gives it."""

    __tablename__ = "countries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    iso2: Mapped[str | None]
    iso3: Mapped[str | None]
    calling_code: Mapped[str | None]
    flag: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)


class ProviderService(Base):
    """The word one provider has for a service."""

    __tablename__ = "provider_services"

    provider: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    sms_service_id: Mapped[UUID] = mapped_column(ForeignKey("sms_services.id"), index=True)


class ProviderCountry(Base):
    """The word one provider has for a country, and its operators there."""

    __tablename__ = "provider_countries"

    provider: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), index=True)
    operators: Mapped[str] = mapped_column(default="")  # names joined by commas


class ProviderPrice(Base):
    """What a provider asks for a service in a country, and how many numbers it has."""

    __tablename__ = "provider_prices"
    __table_args__ = (
        Index("ix_provider_prices_sms_service_id_country_id", "sms_service_id", "country_id"),
        Index("ix_provider_prices_country_id", "country_id"),
    )

    provider: Mapped[str] = mapped_column(primary_key=True)
    sms_service_id: Mapped[UUID] = mapped_column(ForeignKey("sms_services.id"), primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), primary_key=True)
    cost: Mapped[Decimal] = mapped_column(Cost())
    stock: Mapped[int]
    updated_at: Mapped[datetime]


class CatalogueSync(Base):
    """How the last reading of a provider's catalogue went."""

    __tablename__ = "catalogue_syncs"

    provider: Mapped[str] = mapped_column(primary_key=True)
    tried_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    prices: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


class ProviderPause(Base):
    """Nothing is bought at this provider until what stopped it is over."""

    __tablename__ = "provider_pauses"

    provider: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]  # never bought from before then
    balance_needed: Mapped[Decimal | None] = mapped_column(Cost())
    waiting_below: Mapped[int | None]  # with too many open: until fewer numbers than these wait there


class SalePause(Base):
    """One service in one country is not sold from one provider until a moment: it brings no codes."""

    __tablename__ = "sale_pauses"

    provider: Mapped[str] = mapped_column(primary_key=True)
    sms_service_id: Mapped[UUID] = mapped_column(ForeignKey("sms_services.id"), primary_key=True, index=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    until: Mapped[datetime]


class StockWatch(Base):
    """Somebody waits for one service in one country; told once, it goes."""

    __tablename__ = "stock_watches"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sms_service_id: Mapped[UUID] = mapped_column(ForeignKey("sms_services.id"), primary_key=True, index=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), primary_key=True, index=True)
    since: Mapped[datetime]


class PriceRule(Dated, Base):
    """An admin's own price or markup; the most exact rule wins: both, service, country, all."""

    __tablename__ = "price_rules"
    __table_args__ = (
        CheckConstraint("(markup_percent IS NULL) <> (fixed_price IS NULL)", name="markup_or_fixed_price"),
        Index("ix_price_rules_target", "sms_service_id", "country_id", unique=True),
        Index("ix_price_rules_country_id", "country_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sms_service_id: Mapped[UUID | None] = mapped_column(ForeignKey("sms_services.id"))
    country_id: Mapped[int | None] = mapped_column(ForeignKey("countries.id"))
    markup_percent: Mapped[Decimal | None] = mapped_column(Credits())
    fixed_price: Mapped[Decimal | None] = mapped_column(Credits())


class Offer(Base):
    """What one card quoted to one person. One card buys once."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("price > 0 AND cap > 0", name="amounts"),
        Index("ix_offers_user_id", "user_id"),
        Index("ix_offers_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    sms_service_id: Mapped[UUID] = mapped_column(ForeignKey("sms_services.id"), index=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), index=True)
    operator: Mapped[str | None]
    provider: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Credits())
    cap: Mapped[Decimal] = mapped_column(Cost())
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # The number this card rents again. No foreign key: numbers point at their offers already.
    reactivates_number_id: Mapped[UUID | None]
