"""The words a row may stand in: strings in the database, held by CHECK constraints."""

from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    CLIENT = "client"


class TransactionType(StrEnum):
    CREDIT_PURCHASE = "credit_purchase"
    SMS_SENT = "sms_sent"
    SMS_RECEIVED = "sms_received"
    REFUND = "refund"  # of a purchase, through its gateway
    CHARGEBACK = "chargeback"
    ADJUSTMENT = "adjustment"  # by an admin, with a reason
    BONUS = "bonus"
    PROMOTION = "promotion"
    REFERRAL = "referral"


CHARGES = (TransactionType.SMS_SENT, TransactionType.SMS_RECEIVED)
CLAW_BACKS = (TransactionType.REFUND, TransactionType.CHARGEBACK)
GIFTS = (TransactionType.BONUS, TransactionType.PROMOTION, TransactionType.REFERRAL)


class TransactionStatus(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"


class MessageType(StrEnum):
    SENT = "sent"
    RECEIVED = "received"


class MessageStatus(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    PENDING = "pending"
    RECEIVED = "received"


class NumberStatus(StrEnum):
    """Where a purchase and its number stand; beside each unfinished one, the job that ends it."""

    INTENT = "intent"  # job: purchases
    SENT = "sent"  # the call that sent it; job: lost_purchases
    UNKNOWN = "unknown"  # job: settle_unknown
    REJECTED = "rejected"
    ACTIVE = "active"  # job: sweep, then expiry
    CANCELLING = "cancelling"  # job: closing
    FINISHED = "finished"  # a code came
    EXPIRED = "expired"  # none came in time
    CANCELLED = "cancelled"


UNFINISHED = (
    NumberStatus.INTENT,
    NumberStatus.SENT,
    NumberStatus.UNKNOWN,
    NumberStatus.ACTIVE,
    NumberStatus.CANCELLING,
)


class EndedBy(StrEnum):
    PERSON = "person"
    EXPIRY = "expiry"
    UPSTREAM = "upstream"
    OPERATOR = "operator"


class ReportReason(StrEnum):
    """What a person says is wrong with a number."""

    ALREADY_USED = "already_used"  # somebody has an account on it
    REFUSED = "refused"  # the service does not take it
    OTHER = "other"


class TopupState(StrEnum):
    DRAFT = "draft"  # committed before the gateway hears of it; job: topups
    OPEN = "open"  # waits to be paid; job: topup_looks
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REVIEW = "review"  # what the gateway tells does not match: a case


class RefundState(StrEnum):
    """Where money on its way back stands; each unfinished one is the job `refunds` to end."""

    ASKED = "asked"  # committed, credits held; the gateway may hear of it any moment
    UNKNOWN = "unknown"  # the gateway's answer was lost: looked for, then asked again with the same key
    ACCEPTED = "accepted"  # the gateway said yes, and does not show it yet
    COMPLETED = "completed"
    FAILED = "failed"  # a definite no: the credits are back


UNFINISHED_REFUNDS = (RefundState.ASKED, RefundState.UNKNOWN, RefundState.ACCEPTED)


class RefundWhy(StrEnum):
    ADMIN = "admin"  # of a credited payment
    MISMATCH = "mismatch"  # the payment was not what the bill said, and never credited
    SECOND = "second"  # its bill had been paid before
    STRAY = "stray"  # it belongs to no bill


class Policy(StrEnum):
    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"
