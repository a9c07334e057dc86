from db.tables.base import Base
from db.tables.goods import (
    CatalogueSync,
    Country,
    Offer,
    PriceRule,
    ProviderCountry,
    ProviderPause,
    ProviderPrice,
    ProviderService,
    SalePause,
    SmsService,
    StockWatch,
)
from db.tables.house import AuditEntry, Case, InboxUpdate, OutboxFact, ShopRule, SpokenMessage
from db.tables.money import GatewayNotice, Refund, Topup, Transaction
from db.tables.numbers import ActiveNumber, NumberReport, SmsMessage, UpstreamNotice, UpstreamStranger
from db.tables.people import User

metadata = Base.metadata

__all__ = [
    "ActiveNumber",
    "AuditEntry",
    "Base",
    "Case",
    "CatalogueSync",
    "Country",
    "GatewayNotice",
    "InboxUpdate",
    "NumberReport",
    "Offer",
    "OutboxFact",
    "PriceRule",
    "ProviderCountry",
    "ProviderPause",
    "ProviderPrice",
    "ProviderService",
    "Refund",
    "SalePause",
    "ShopRule",
    "SmsMessage",
    "SmsService",
    "SpokenMessage",
    "StockWatch",
    "Topup",
    "Transaction",
    "UpstreamNotice",
    "UpstreamStranger",
    "User",
    "metadata",
]
