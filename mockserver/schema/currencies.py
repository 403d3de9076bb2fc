"""Currencies: how an amount of each is printed, and how many minor units make one of it.

What is known of them is what the public currency table of Ruby's ``money`` says, by which the real
service prints (commerce.md §2.2, catalogue.md §1.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """Where the symbol stands, before the number or behind it and a space, and what parts digits.

    Attributes:
        symbol_first: whether it stands before the number.
        decimal_mark: before the decimals.
        thousands: between each three digits.
    """

    symbol_first: bool = True
    decimal_mark: str = "."
    thousands: str = ","


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency.

    Attributes:
        code: of ISO 4217.
        symbol: what stands for it.
        style: how an amount is printed.
        subunit_to_unit: how many minor units make one.
    """

    code: str
    symbol: str
    style: Style = Style()
    subunit_to_unit: int = 100

    def amount(self, cents: int) -> float:
        """Return an amount in units."""
        return cents / self.subunit_to_unit

    def formatted(self, cents: int) -> str:
        """Return an amount as the vendor prints it: ``-€5,80``, ``1.234,50 kr``."""
        whole, rest = divmod(abs(cents), self.subunit_to_unit)
        number = f"{whole:,}".replace(",", self.style.thousands)
        if self.subunit_to_unit > 1:
            number += f"{self.style.decimal_mark}{self._decimals(rest)}"
        printed = f"{self.symbol}{number}" if self.style.symbol_first else f"{number} {self.symbol}"
        return f"-{printed}" if cents < 0 else printed

    def _decimals(self, rest: int) -> str:
        """Return the part below one unit as decimals; of a unit of five, a fifth is two tenths."""
        digits = len(str(self.subunit_to_unit - 1))
        return f"{rest * 10**digits // self.subunit_to_unit:0{digits}d}"


#: The symbols by the style they are printed in.
SYMBOLS: Mapping[Style, str] = {
    Style(symbol_first=True, decimal_mark=".", thousands=","): """
    AUD $  AZN ₼  BAM КМ  BBD $  BDT ৳  BHD د.ب  BMD $  BND $  BOB Bs.  BSD $  BWP P  BZD $  CAD $
    CHF CHF  CNY ¥  CUP $  DOP $  EGP ج.م  GBP £  GHS ₵  GIP £  GTQ Q  HKD $  HNL L  ILS ₪  INR ₹
    IRR ﷼  JMD $  JOD د.ا  JPY ¥  KES KSh  KRW ₩  KWD د.ك  KYD $  LBP ل.ل  MGA Ar  MUR ₨  MXN $
    MYR RM  NGN ₦  NIO C$  NPR Rs.  NZD $  OMR ر.ع.  PAB B/.  PHP ₱  PKR ₨  PYG ₲  RSD РСД
    SAR ر.س  SDG £  SGD $  SKK Sk  SVC ₡  SZL E  THB ฿  TOP T$  TWD $  TZS Sh  USD $  VUV Vt
    XCD $  ZMW K
    """,  # noqa: RUF001 - letters of their own alphabets
    Style(symbol_first=True, decimal_mark=",", thousands="."): """
    ANG ƒ  ARS $  BRL R$  CLF UF  CLP $  COP $  CRC ₡  EUR €  IDR Rp  MZN MTn  PEN S/  TRY ₺
    UYU $U  VES Bs
    """,
    Style(symbol_first=True, decimal_mark=",", thousands=" "): """
    ZAR R
    """,
    Style(symbol_first=False, decimal_mark=".", thousands=","): """
    AED د.إ  AFN ؋  ALL L  AMD դր.  AOA Kz  AWG ƒ  BGN лв.  BIF Fr  BTN Nu.  CDF Fr  CUC $  CVE $
    DJF Fdj  DZD د.ج  ERN Nfk  ETB Br  FJD $  FKP £  GEL ₾  GMD D  GNF Fr  GYD $  HTG G  IQD ع.د
    KGS som  KHR ៛  KMF Fr  KPW ₩  KZT ₸  LAK ₭  LKR ₨  LRD $  LSL L  LYD ل.د  MAD د.م.  MDL L
    MKD ден  MMK K  MNT ₮  MOP P  MRU UM  MVR MVR  MWK MK  NAD $  PGK K  QAR ر.ق  RWF FRw  SBD $
    SCR ₨  SHP £  SLE Le  SLL Le  SOS Sh  SRD $  SSP £  STD Db  STN Db  SYP £S  TJS ЅМ  TMT T
    TND د.ت  TTD $  UAH ₴  UGX USh  UZS so'm  WST T  XAF CFA  XDR SDR  XOF Fr  XPF Fr  YER ﷼
    ZMK ZK
    """,  # noqa: RUF001 - letters of their own alphabets
    Style(symbol_first=False, decimal_mark=",", thousands="."): """
    DKK kr.  ISK kr.  NOK kr  RON Lei  RUB ₽  VND ₫
    """,
    Style(symbol_first=False, decimal_mark=",", thousands=" "): """
    BYN Br  BYR Br  CZK Kč  HUF Ft  PLN zł  SEK kr
    """,
}
#: Troy ounces, the one symbol of two words.
METALS = ("XAG", "XAU", "XPD", "XPT")
#: What the table does not carry: the code stands for the symbol.
WITHOUT_SYMBOL = "BOV CHE CHW COU MXV USN UYI UYW VED XAD XBA XBB XBC XBD XCG XSU XTS XUA XXX ZWG"
#: The minor units of those that do not have a hundred.
SUBUNITS: Mapping[int, str] = {
    1: """
    BIF BYR CLP DJF GNF HUF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XAG XAU XBA XBB XBC XBD XDR
    XOF XPD XPF XPT XSU XTS XUA XXX
    """,
    5: "MGA MRU",
    1000: "BHD IQD JOD KWD LYD OMR TND",
    10_000: "CLF UYW",
}


def _known() -> Iterator[Currency]:
    subunits = {code: count for count, codes in SUBUNITS.items() for code in codes.split()}
    symbols = {code: (code, Style()) for code in WITHOUT_SYMBOL.split()}
    symbols |= {code: ("oz t", Style(symbol_first=False)) for code in METALS}
    for style, pairs in SYMBOLS.items():
        words = iter(pairs.split())
        symbols |= {code: (symbol, style) for code, symbol in zip(words, words, strict=True)}
    for code, (symbol, style) in symbols.items():
        yield Currency(code, symbol, style, subunits.get(code, 100))


#: Every currency of ISO 4217, those withdrawn that the table still carries included.
CURRENCIES: Mapping[str, Currency] = {currency.code: currency for currency in _known()}


def currency(code: str) -> Currency:
    """Return a currency; of an unknown one the code is the symbol."""
    return CURRENCIES.get(code) or Currency(code, code)
