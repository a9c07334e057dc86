from bot.sandbox.payments.stripe.gateway import Stripe

__all__ = ["Stripe"]
