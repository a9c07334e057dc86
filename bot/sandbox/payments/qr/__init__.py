from functools import lru_cache

from bot.sandbox.payments.qr.codewords import encode
from bot.sandbox.payments.qr.matrix import lay_out
from bot.sandbox.payments.qr.png import write_png


@lru_cache(maxsize=512)
def draw_png(text: str) -> bytes:
    """Draw a text as a QR code (ISO/IEC 18004, bytes, correction level M)."""
    version, codewords = encode(text.encode())
    return write_png(lay_out(version, codewords))
