"""Sessions of exchanges as the two packages have them, and what this project decides on top: names, families, horizons."""

import warnings
from dataclasses import dataclass, field

import exchange_calendars
import pandas as pd
import pandas_market_calendars
from exchange_calendars.calendar_utils import _default_calendar_factories

warnings.filterwarnings("ignore")

FIRST, LAST = pd.Timestamp("1990-01-01"), pd.Timestamp("2027-12-31")

# The package goes on after these years with holidays by rule alone: those that are proclaimed each year are not in it.
TABLES_END = {"XIDX": "2025-12-31", "XKAR": "2025-12-31", "XPHS": "2026-12-31"}

# Names that people, vendors and charts use. The package's own aliases are added, but for those of SHARED.
NAMES = {
    "AIXK": "AIX", "ASEX": "ATHEX", "BVMF": "B3 BOVESPA BMFBOVESPA", "IEPA": "IFUS",
    "XAMS": "EURONEXT-AMSTERDAM AMS", "XBEL": "BELEX", "XBKK": "SET", "XBOG": "BVC", "XBOM": "BOM",
    "XBRA": "BSSE", "XBRU": "EURONEXT-BRUSSELS EBR", "XBUD": "BET", "XBUE": "BCBA BYMA",
    "XCSE": "OMXCOP CPH", "XCYS": "CSECY", "XDUB": "EURONEXT-DUBLIN", "XDUS": "DUS", "XEEE": "EEX",
    "XETR": "XETRA ETR", "XEUR": "EUREX", "XHAM": "HAM", "XHEL": "OMXHEX HEL", "XHKG": "SEHK HKG",
    "XICE": "OMXICE", "XIDX": "IDX", "XIST": "BIST", "XJSE": "JSE", "XKAR": "PSX", "XKLS": "MYX KLSE BURSA",
    "XKRX": "KRX KOSPI KOSDAQ XKOS", "XLIM": "BVL", "XLIS": "EURONEXT-LISBON ELI", "XLIT": "OMXVSE", "XLJU": "LJSE",
    "XLON": "LON", "XMAD": "BME", "XMEX": "BMV", "XMIL": "EURONEXT-MILAN MIL BIT", "XMOS": "MOEX MISX",
    "XNZE": "NZX", "XOSL": "EURONEXT-OSLO OSL", "XPAR": "EURONEXT-PARIS EPA", "XPRA": "PSECZ",
    "XRIS": "OMXRSE", "XSAU": "TADAWUL", "XSES": "SGX", "XSGO": "BCS",
    "XSHG": "SHSE SHA SZSE XSHE SHE", "XSTO": "OMXSTO STO", "XSTU": "SWB", "XSWX": "SWX", "XTAI": "TWSE TPE TPEX",
    "XTAL": "OMXTSE", "XTKS": "TSE TYO", "XTSE": "TSXV", "XWAR": "GPW", "XWBO": "VIE",
}  # fmt: skip

# Names that several exchanges use, none of them by far the most: refused, an instrument has to say which is meant.
SHARED = {
    "CSE": "Canada, Copenhagen, Cyprus, Colombo",
    "EURONEXT": "one of its cities: EURONEXT-PARIS, EURONEXT-AMSTERDAM, EURONEXT-LISBON …",
    "ISE": "Dublin, Istanbul, the International Securities Exchange",
    "OSE": "Osaka, Oslo (in exchange_calendars: Oslo)",
    "PSE": "Manila, Prague",
}

# What ships already has sessions before and after the regular one for these.
SHIPPED_NAMES = {"CME", "CBOT", "COMEX", "NYMEX", "NASDAQ", "NYSE", "BATS", "XNAS", "ARCX", "OOTC", "XASE", "XNYS"}

PLACES = {
    "24/5": "Around the clock, Monday to Friday, UTC", "24/7": "Around the clock, UTC", "us_futures": "US futures",
}  # fmt: skip


@dataclass
class Calendar:
    """One exchange or family: `sessions` is [(trading day, [(from, to), ..])], the spans as UTC minutes since 1970."""

    name: str
    title: str
    zone: str
    known_from: pd.Timestamp
    known_to: pd.Timestamp
    listed_from: pd.Timestamp  # before `known_from` where what is listed is not sure
    sessions: list = field(repr=False)
    regular: tuple | None = None  # minutes of the local clock between which a session is regular; None: all of it


def calendars(wanted=()):
    """All calendars, or those that are wanted."""
    yield from _exchanges(wanted)
    yield from _families(wanted)


def _exchanges(wanted):
    """Every calendar of exchange_calendars, by name."""
    titles = PLACES | {code: title for title, code in _titles()}
    for name in sorted(exchange_calendars.get_calendar_names(include_aliases=False)):
        if wanted and name not in wanted:
            continue
        kind = _default_calendar_factories[name]
        first = max(filter(None, [FIRST, kind.bound_min()]))
        last = min(filter(None, [LAST, kind.bound_max()]))
        calendar = exchange_calendars.get_calendar(name, start=first, end=last)
        end = pd.Timestamp(TABLES_END.get(name, last))
        sessions = _spans(calendar.schedule.loc[:end], "open", "break_start", "break_end", "close")
        yield Calendar(name, titles.get(name, name), str(calendar.tz), first, end, first, sessions)


def _titles():
    from importlib.metadata import metadata

    for line in metadata("exchange_calendars").get_payload().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 4 and cells[2].isupper() and cells[2].isalpha():
            yield cells[1], cells[2]


# --- Families of CME ------------------------------------------------------------------------------------------------

# Good Fridays on which the jobs report comes out: the financial products are open for it, and closed on all others.
# pandas_market_calendars has the financial products open on every Good Friday from 2023 on.
OPEN_GOOD_FRIDAYS = ["2010-04-02", "2012-04-06", "2015-04-03", "2021-04-02", "2023-04-07", "2026-04-03"]

# The regular session of index futures was closed, as it was at NYSE; the night before was not.
DAYS_OF_MOURNING = ["2004-06-11", "2007-01-02", "2018-12-05", "2025-01-09"]

FAMILIES = [
    # name, title, calendar of pandas_market_calendars, known from, roots
    ("CME-EQUITY", "CME: equity indices", "CME Globex Equity", "2015-09-21",
     "ES MES NQ MNQ RTY M2K YM MYM EMD NKD NIY"),
    ("CME-RATES", "CME: interest rates", "CME Globex Fixed Income", "2015-09-21",
     "ZN ZB ZF ZT UB TN Z3N TWE ZQ SR1 SR3 GE 2YY 5YY 10Y 30Y"),
    ("CME-ENERGY-METALS", "CME: energy and metals (NYMEX, COMEX)", "CMEGlobex_EnergyAndMetals", "2015-09-21",
     "CL MCL QM NG MNG QG HO RB BZ GC MGC QO 1OZ SI SIL QI HG MHG QC PL PA ALI HRC"),
    ("CME-FX", "CME: currencies", "CMEGlobex_FX", "2015-09-21",
     "6A 6B 6C 6E 6J 6L 6M 6N 6S 6Z M6A M6B M6E MCD MSF MJY E7 J7"),
    ("CME-LIVESTOCK", "CME: livestock", "CMEGlobex_Livestock", "2016-02-29", "LE GF HE"),
    ("CME-GRAINS", "CME: grains and oilseeds", "CMEGlobex_Grains", "2015-09-21",
     "ZC ZS ZW ZM ZL ZO KE MZC MZS MZW MZM MZL"),
]  # fmt: skip

# A Monday, so that no evening before it is half known.
HOLIDAYS_FROM = pd.Timestamp("1998-01-05")


def _families(wanted):
    """The product families of CME, from pandas_market_calendars, corrected where it is known to be wrong."""
    for name, title, source, known_from, _ in FAMILIES:
        if wanted and name not in wanted:
            continue
        calendar = pandas_market_calendars.get_calendar(source)
        table = calendar.schedule(HOLIDAYS_FROM, LAST, tz="America/Chicago")
        table = CORRECTIONS[name](table)
        sessions = _spans(table, "market_open", "break_start", "break_end", "market_close")
        known = pd.Timestamp(known_from)
        if name == "CME-EQUITY":
            yield Calendar(name, title, "America/Chicago", known, LAST, HOLIDAYS_FROM, _merged_before(sessions, 8 * 60 + 30),
                           regular=(8 * 60 + 30, 16 * 60))
        else:
            yield Calendar(name, title, "America/Chicago", known, LAST, HOLIDAYS_FROM, sessions)


def _closed_good_fridays(table):
    easter = pd.DatetimeIndex(pd.to_datetime([f"{year}-01-01" for year in range(1998, 2028)])) + pd.offsets.Easter()
    fridays = easter - pd.Timedelta(days=2)
    return table[~table.index.isin(fridays) | table.index.isin(pd.to_datetime(OPEN_GOOD_FRIDAYS))]


def _equity(table):
    """The pause at 15:15, as the calendar CME_Equity has it, until it was given up; closed on days of mourning."""
    table = _closed_good_fridays(table)
    mourning = table.index.isin(pd.to_datetime(DAYS_OF_MOURNING))
    table = table.assign(market_close=table.market_close.mask(mourning, _at(table.index, "08:30")))
    has_pause = (table.index < "2021-06-28") & (_at(table.index, "16:00") == table.market_close)
    pause = [_at(table.index, time).where(has_pause) for time in ("15:15", "15:30")]
    return table.assign(break_start=pause[0], break_end=pause[1])


def _energy_and_metals(table):
    """Christmas Eve closes at 12:45 in every year; the package has it in 2026 only."""
    eve = (table.index.month == 12) & (table.index.day == 24) & (table.index.weekday < 4)
    return table.assign(market_close=table.market_close.mask(eve, _at(table.index, "12:45")))


def _farming(table, short_close):
    """Closed on Juneteenth since 2022, short after Thanksgiving and on Christmas Eve: the package has both in part."""
    day = table.index
    juneteenth = (day.year >= 2022) & (day.month == 6) & (
        ((day.day == 19) & (day.weekday < 5)) | ((day.day == 20) & (day.weekday == 0)) | ((day.day == 18) & (day.weekday == 4)))
    table = table[~juneteenth]
    day = table.index
    eve = (day.month == 12) & (day.day == 24) & (day.weekday < 4)
    after_thanksgiving = (day.month == 11) & (day.weekday == 4) & (day.day >= 23) & (day.day <= 29)
    close = table.market_close.mask(eve | after_thanksgiving, _at(day, short_close))
    return table.assign(market_close=close)


CORRECTIONS = {
    "CME-EQUITY": _equity,
    "CME-RATES": _closed_good_fridays,
    "CME-ENERGY-METALS": _energy_and_metals,
    "CME-FX": _closed_good_fridays,
    "CME-LIVESTOCK": lambda table: _farming(table, "12:05"),
    "CME-GRAINS": lambda table: _farming(table, "12:05"),
}


def _at(days, time):
    hours, minutes = map(int, time.split(":"))
    local = days + pd.Timedelta(hours=hours, minutes=minutes)
    return pd.Series(local.tz_localize("America/Chicago"), index=days)


def _merged_before(sessions, minute):
    """A day that closes before its regular session opens is no trading day; its hours belong to the next."""
    merged, carried = [], []
    for day, spans in sessions:
        last = pd.Timestamp(spans[-1][1] * 60, unit="s", tz="UTC").tz_convert("America/Chicago")
        if last.hour * 60 + last.minute <= minute:
            carried += spans
        else:
            merged.append((day, carried + spans))
            carried = []
    return merged


# --- Both -----------------------------------------------------------------------------------------------------------


def _spans(table, opens, break_start, break_end, closes):
    names = [opens, break_start, break_end, closes]
    columns = [_minutes(table[name]) if name in table else [None] * len(table) for name in names]
    return [(day, _day_spans(*times)) for day, *times in zip(table.index, *columns)]


def _day_spans(opens, break_start, break_end, closes):
    if break_start is None or break_start >= closes:
        return [(opens, closes)]
    return [(opens, break_start), (break_end, closes)]


def _minutes(times):
    utc = pd.to_datetime(times, utc=True)
    return [None if pd.isna(time) else int(time.timestamp()) // 60 for time in utc]
