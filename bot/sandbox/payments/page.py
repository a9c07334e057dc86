"""The look of the pages a payer sees: plain, marked as play money, light and dark, at phone width."""

from collections.abc import Mapping
from html import escape

from aiohttp import web

_STYLE = """
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1c2230;--soft:#667085;--line:#d9dde5;
--main:#1a6dd6;--good:#137a3f;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ground:#11151c;--card:#1b212b;--ink:#e8ebf1;--soft:#98a2b3;
--line:#323a48;--main:#5b9dff;--good:#56c288;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
.mark{background:#f5b400;color:#231a00;text-align:center;font-weight:700;padding:.4rem;letter-spacing:.04em}
main{max-width:28rem;margin:1.25rem auto;padding:0 1rem}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;
padding:1.1rem;margin-bottom:1rem}
h1{font-size:1.05rem;margin:0 0 .4rem}h2{font-size:.95rem;margin:0 0 .6rem;color:var(--soft)}
.amount{font-size:2rem;font-weight:700;margin:.1rem 0}.soft{color:var(--soft);font-size:.9rem}
.state{font-weight:700}.good{color:var(--good)}.bad{color:var(--bad)}
form{margin:.45rem 0;display:flex;gap:.5rem}
button,a.button{flex:1;padding:.7rem;border:1px solid var(--line);border-radius:10px;background:transparent;
color:inherit;font:inherit;cursor:pointer;text-align:center;text-decoration:none;display:block}
button.main,a.main{background:var(--main);border-color:var(--main);color:#fff;font-weight:600}
@media (prefers-color-scheme:dark){button.main,a.main{color:#081426}}
button.bad{border-color:var(--bad)}
input,select{min-width:0;width:8rem;padding:.6rem;border:1px solid var(--line);border-radius:10px;
background:transparent;color:inherit;font:inherit}
code{display:block;overflow-wrap:anywhere;background:var(--ground);padding:.7rem;border-radius:10px;user-select:all}
img{display:block;width:min(100%,16rem);margin:.6rem auto;background:#fff;border-radius:10px;
image-rendering:pixelated}
details summary{cursor:pointer;color:var(--soft)}
dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem .8rem;margin:.4rem 0}dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'"


def shell(title: str, body: str, *, status: int = 200) -> web.Response:
    """A whole page around trusted HTML."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} · SANDBOX</title><style>{_STYLE}</style></head>"
        f'<body><div class="mark">SANDBOX · no real money</div><main>{body}</main></body></html>'
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def card(*parts: str, heading: str = "") -> str:
    return f"<section>{f'<h2>{escape(heading)}</h2>' if heading else ''}{''.join(parts)}</section>"


def folded(summary: str, *parts: str) -> str:
    """A card that opens on a tap: what only an operator or a tester needs."""
    return card(f"<details><summary>{escape(summary)}</summary>{''.join(parts)}</details>")


def button(
    action: str,
    label: str,
    *,
    back: str,
    sends: Mapping[str, str] | None = None,
    look: str = "",
    asks: str = "",
) -> str:
    """A form of one button; `asks` is trusted HTML of further fields before it."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in {**(sends or {}), "back": back}.items()
    )
    return (
        f'<form method="post" action="{escape(action)}">{hidden}{asks}'
        f'<button class="{look}">{escape(label)}</button></form>'
    )


def field(name: str, placeholder: str, value: str = "") -> str:
    return (
        f'<input name="{escape(name)}" placeholder="{escape(placeholder)}" aria-label="{escape(placeholder)}"'
        f' value="{escape(value)}" autocomplete="off">'
    )


def link(address: str, label: str, look: str = "main") -> str:
    """A way out; only web and Telegram addresses are made links."""
    if not address.startswith(("https://", "http://", "tg://")):
        return ""
    return f'<a class="button {look}" href="{escape(address)}">{escape(label)}</a>'


def facts(**values: object) -> str:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>"
        for name, value in values.items()
        if value is not None
    )
    return f"<dl>{rows}</dl>"


def not_found(what: str) -> web.Response:
    return shell("Not found", card(f"<h1>{escape(what)} is not known here</h1>"), status=404)
