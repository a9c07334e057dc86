"""What the stand-ins open with, by the shop's own name for it; nothing of it opens anything else."""

from collections.abc import Mapping

KEYS: Mapping[str, str] = {
    "BOT_TOKEN": "1234567890:sandbox-token-sandbox-token-sandbox",
    "SMS_ACTIVE_API_KEY": "sandbox-sms-active-key",
    "STRIPE_SECRET_KEY": "sk_test_sandbox",
    "STRIPE_WEBHOOK_SECRET": "whsec_sandbox",
    "MERCADOPAGO_ACCESS_TOKEN": "TEST-sandbox",
    "MERCADOPAGO_WEBHOOK_SECRET": "mp-sandbox",
    "CRYPTOPAY_TOKEN": "sandbox-cryptopay",
}
