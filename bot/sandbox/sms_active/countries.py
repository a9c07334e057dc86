from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Country:
    """A country as upstream numbers it, with the shapes of its mobile numbers (x is any digit)."""

    id: int
    name: str
    russian_name: str
    calling_code: str
    shapes: tuple[str, ...]
    price_factor: Decimal
    operators: tuple[str, ...] = ()
    allows_retry: bool = True


def _country(
    id_: int, names: str, calling_code: str, shapes: str, factor: str, operators: str = ""
) -> Country:
    name, russian_name = names.split("|")
    return Country(
        id_,
        name,
        russian_name,
        calling_code,
        tuple(shapes.split()),
        Decimal(factor),
        tuple(operators.split()),
    )


# The numbering of SMS-Activate, which all its successors share.
COUNTRIES: tuple[Country, ...] = (
    _country(0, "Russia|Россия", "7", "916xxxxxxx 903xxxxxxx", "1.1", "mts beeline megafon tele2"),
    _country(1, "Ukraine|Украина", "380", "50xxxxxxx 67xxxxxxx", "1.3", "kyivstar lifecell vodafone"),
    _country(2, "Kazakhstan|Казахстан", "7", "701xxxxxxx 777xxxxxxx", "1.2", "activ beeline tele2"),
    _country(4, "Philippines|Филиппины", "63", "917xxxxxxx 918xxxxxxx", "0.5", "globe smart dito"),
    _country(6, "Indonesia|Индонезия", "62", "812xxxxxxxx 857xxxxxxxx", "0.35", "axis indosat telkomsel"),
    _country(7, "Malaysia|Малайзия", "60", "123xxxxxx 172xxxxxx", "0.6", "celcom digi maxis"),
    _country(8, "Kenya|Кения", "254", "712xxxxxx 722xxxxxx", "0.4"),
    _country(10, "Vietnam|Вьетнам", "84", "912xxxxxx 983xxxxxx", "0.45", "viettel vinaphone mobifone"),
    _country(13, "Israel|Израиль", "972", "502xxxxxx 523xxxxxx", "0.9"),
    _country(14, "Hong Kong|Гонконг", "852", "612xxxxx 943xxxxx", "0.6"),
    _country(15, "Poland|Польша", "48", "512xxxxxx 601xxxxxx", "1.1", "orange play plus tmobile"),
    _country(
        16, "United Kingdom|Великобритания", "44", "7400xxxxxx 7401xxxxxx", "0.8", "ee o2 three vodafone"
    ),
    _country(19, "Nigeria|Нигерия", "234", "803xxxxxxx 806xxxxxxx", "0.5"),
    _country(21, "Egypt|Египет", "20", "100xxxxxxx 120xxxxxxx", "0.7"),
    _country(22, "India|Индия", "91", "981xxxxxxx 990xxxxxxx", "0.7", "airtel jio vodafone"),
    _country(31, "South Africa|ЮАР", "27", "822xxxxxx 832xxxxxx", "0.6"),
    _country(32, "Romania|Румыния", "40", "722xxxxxx 745xxxxxx", "0.8"),
    _country(33, "Colombia|Колумбия", "57", "310xxxxxxx 300xxxxxxx", "0.55", "claro movistar tigo"),
    _country(36, "Canada|Канада", "1", "4164xxxxxx 6044xxxxxx", "0.6"),
    _country(37, "Morocco|Марокко", "212", "661xxxxxx 662xxxxxx", "0.6"),
    _country(38, "Ghana|Гана", "233", "241xxxxxx 244xxxxxx", "0.5"),
    _country(39, "Argentina|Аргентина", "54", "911512xxxxx 911613xxxxx", "0.7", "claro movistar personal"),
    _country(43, "Germany|Германия", "49", "1512xxxxxxx 1622xxxxxxx", "1.6", "o2 telekom vodafone"),
    _country(46, "Sweden|Швеция", "46", "702xxxxxx 735xxxxxx", "1.2"),
    _country(48, "Netherlands|Нидерланды", "31", "612xxxxxx 621xxxxxx", "1.1"),
    _country(49, "Latvia|Латвия", "371", "261xxxxx 291xxxxx", "0.7"),
    _country(52, "Thailand|Таиланд", "66", "812xxxxxx 891xxxxxx", "0.5"),
    _country(54, "Mexico|Мексика", "52", "5512xxxxxx 3312xxxxxx", "0.7", "att movistar telcel"),
    _country(56, "Spain|Испания", "34", "612xxxxxx 622xxxxxx", "1.0", "movistar orange vodafone"),
    _country(60, "Bangladesh|Бангладеш", "880", "1712xxxxxx 1812xxxxxx", "0.4"),
    _country(62, "Turkey|Турция", "90", "5321xxxxxx 5421xxxxxx", "1.4", "turkcell turktelekom vodafone"),
    _country(63, "Czechia|Чехия", "420", "602xxxxxx 720xxxxxx", "0.9"),
    _country(65, "Peru|Перу", "51", "912xxxxxx 987xxxxxx", "0.6"),
    _country(66, "Pakistan|Пакистан", "92", "3001xxxxxx 3451xxxxxx", "0.4"),
    _country(70, "Venezuela|Венесуэла", "58", "4121xxxxxx 4141xxxxxx", "0.6"),
    _country(
        73,
        "Brazil|Бразилия",
        "55",
        "1191xxxxxxx 1198xxxxxxx 2199xxxxxxx 3198xxxxxxx 4199xxxxxxx 5198xxxxxxx 6199xxxxxxx 7198xxxxxxx "
        "8199xxxxxxx 8598xxxxxxx",
        "0.8",
        "claro tim vivo oi",
    ),
    _country(78, "France|Франция", "33", "612xxxxxx 752xxxxxx", "1.5", "free orange sfr"),
    _country(86, "Italy|Италия", "39", "3331xxxxxx 3401xxxxxx", "1.4", "tim vodafone windtre"),
    _country(87, "Paraguay|Парагвай", "595", "981xxxxxx 971xxxxxx", "0.6"),
    _country(117, "Portugal|Португалия", "351", "912xxxxxx 962xxxxxx", "0.9", "meo nos vodafone"),
    _country(151, "Chile|Чили", "56", "961xxxxxx 951xxxxxx", "0.6", "entel movistar wom"),
    _country(156, "Uruguay|Уругвай", "598", "94xxxxxx 99xxxxxx", "0.7"),
    _country(187, "USA|США", "1", "2124xxxxxx 3054xxxxxx 4154xxxxxx", "1.8"),
)
