from bot.sandbox.payments.cryptopay.gateway import CryptoPay

__all__ = ["CryptoPay"]
