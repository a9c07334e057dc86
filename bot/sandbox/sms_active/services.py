from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Service:
    """What a code is wanted for, and what it costs about anywhere."""

    code: str
    name: str
    base_cost: Decimal


_TABLE = """
wa|WhatsApp|0.62
tg|Telegram|0.90
go|Google,youtube,Gmail|0.34
ig|Instagram+Threads|0.14
lf|TikTok/Douyin|0.16
fb|facebook|0.18
ds|Discord|0.12
tw|Twitter|0.11
am|Amazon|0.17
wx|Apple|0.22
mm|Microsoft|0.13
dr|OpenAI|0.21
acz|Claude|0.38
wb|WeChat|1.20
ot|Any other|0.26
ka|Shopee|0.15
vi|Viber|0.19
mb|Yahoo|0.09
oi|Tinder|0.33
ub|Uber|0.14
ts|PayPal|0.41
tn|LinkedIN|0.12
fu|Snapchat|0.13
bw|Signal|0.15
me|Line messenger|0.36
kt|KakaoTalk|0.55
im|Imo|0.10
hw|Alipay/Alibaba/1688|0.20
hx|AliExpress|0.16
ep|Temu|0.12
aez|Shein|0.11
cq|Mercado|0.14
pd|IFood|0.17
ki|99app|0.13
aba|Rappi|0.12
vp|Kwai|0.11
sn|OLX|0.15
rl|inDriver|0.13
xk|DiDi|0.14
tx|Bolt|0.15
jg|Grab|0.13
uk|Airbnb|0.12
dh|eBay|0.15
mo|Bumble|0.24
qv|Badoo|0.16
nf|Netflix|0.12
alj|Spotify|0.10
hb|Twitch|0.10
mt|Steam|0.14
bz|Blizzard|0.20
aiw|Roblox|0.10
bnl|Reddit|0.11
dp|ProtonMail|0.12
vk|vk.com|0.48
ya|Yandex/Uber|0.18
gp|Ticketmaster|0.19
kc|Vinted|0.15
bye|WhatsApp Business|0.66
atw|DeepSeek|0.12
aaa|Nubank|0.70
btn|Itau|0.75
ev|Picpay|0.60
aon|Binance|0.80
afe|GovBr|0.95
ie|bet365|0.58
"""  # the last six are of kinds an honest shop does not sell

SERVICES: tuple[Service, ...] = tuple(
    Service(code, name, Decimal(cost))
    for code, name, cost in (row.split("|") for row in _TABLE.split("\n") if row)
)
