from bot.sandbox.payments.mercadopago.gateway import MercadoPago

__all__ = ["MercadoPago"]
