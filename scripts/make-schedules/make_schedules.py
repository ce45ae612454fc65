#!/usr/bin/env python3
"""Writes the schedules of the world's exchanges, and checks them. See README.md beside this file.

    make_schedules.py write [NAME..]  data, reference page and the checksums that a test compares with
    make_schedules.py check [NAME..]  every session of every calendar against what PocketQuant makes of the data
    make_schedules.py shipped         how the calendars differ from the schedules that are kept by hand
"""

import json
import subprocess
import sys
import zlib
from collections import defaultdict
from pathlib import Path

import pandas as pd
from calendars import FAMILIES, NAMES, SHARED, SHIPPED_NAMES, calendars
from compact import compact
from exchange_calendars.calendar_utils import _default_calendar_aliases
from reference import reference_page

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src/market/session/schedules/world.json"
PAGE = ROOT / "docs/reference/exchanges.md"
CHECKSUMS = ROOT / "test/fixtures/market/exchange-sessions.json"
SESSIONS = ROOT / "scripts/make-schedules/print-sessions.ts"


def write(wanted):
    roots = {name: roots for name, *_, roots in FAMILIES}
    data = {"names": names(), "calendars": json.loads(DATA.read_text())["calendars"] if wanted else {}}
    checksums = json.loads(CHECKSUMS.read_text()) if wanted else {}
    for calendar in calendars(wanted):
        data["calendars"][calendar.name] = compact(calendar, roots.get(calendar.name))
        checksums[calendar.name] = checksums_of(calendar)
    DATA.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    PAGE.write_text(reference_page(data, SHARED))
    CHECKSUMS.write_text(json.dumps(checksums, indent=1) + "\n")


def names():
    found = {}
    for name, text in NAMES.items():
        for alias in text.split():
            found[alias] = name
    for alias, name in _default_calendar_aliases.items():
        if alias not in SHARED and alias not in SHIPPED_NAMES:
            assert found.setdefault(alias, name) == name, alias
    return dict(sorted(found.items()))


def lines_of(calendar):
    """A trading day and its stretches of trading as UTC minutes, by year: what PocketQuant must make of the data."""
    years = defaultdict(list)
    for day, spans in calendar.sessions:
        if day <= calendar.known_to:
            years[str(day.year)].append(f"{day.date()} {' '.join(f'{start}-{end}' for start, end in joined(spans))}")
    return years


def joined(spans):
    stretches = []
    for start, end in sorted(spans):
        if stretches and stretches[-1][1] == start:
            stretches[-1][1] = end
        else:
            stretches.append([start, end])
    return stretches


def checksums_of(calendar):
    """CRC-32 of the lines of each year."""
    return {year: f"{zlib.crc32(text_of(lines)):08x}" for year, lines in lines_of(calendar).items()}


def text_of(lines):
    return "".join(line + "\n" for line in lines).encode()


def check(wanted):
    out = subprocess.run(["node", SESSIONS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ours = defaultdict(list)
    for line in out.splitlines():
        name, rest = line.split("\t")
        ours[name].append(rest)
    days = faults = 0
    for calendar in calendars(wanted):
        theirs = [line for lines in lines_of(calendar).values() for line in lines]
        first, last = theirs[0][:10], theirs[-1][:10]
        own = [line for line in ours[calendar.name] if first <= line[:10] <= str(calendar.known_to.date())]
        wrong = sorted(set(theirs) ^ set(own))
        days, faults = days + len(theirs), faults + len(wrong)
        print(f"{calendar.name}: {len(theirs)} trading days, {first} to {last}, {len(wrong)} lines differ")
        for line in wrong[:5]:
            print("  package" if line in set(theirs) else "  ours   ", line)
    print(f"{days} trading days compared, {faults} lines differ")
    return faults == 0


PAIRS = [("NASDAQ", "XNYS"), ("NSE", "XBOM"), ("HKFE", "XHKG"), ("CME", "CMES"), ("CME", "CME-EQUITY"), ("OANDA", "24/5"), ("COINBASE", "24/7")]


def shipped(_):
    data = json.loads(DATA.read_text())["calendars"]
    for name, other in PAIRS:
        own = json.loads((DATA.parent / f"{name}.json").read_text())
        theirs = data[other]
        closed = {f"{year}-{date[:2]}-{date[2:]}" for year, dates in theirs["closed"].items() for date in dates.split()}
        short = {f"{date[:4]}-{date[4:6]}-{date[6:]}": text for text, dates in theirs["hours"].items() for date in dates.split()}
        dates = [date for date in own["holidays"] if pd.Timestamp(date).weekday() < 5]
        first, last = min(dates, default=None), max(dates, default=None)
        within = {date for date in closed if first and max(first, theirs["from"]) <= date <= last}
        print(f"{name} against {other}, {first} to {last}")
        print("  week here   ", {day: [f"{s['start'][:5]}-{s['end'][:5]} {s['state']}" for s in own["week"][day]] for day in ("sunday", "monday", "friday")})
        print("  week there  ", list(theirs["weeks"].items())[-1])
        print("  closed here only ", sorted(set(dates) - closed - {d for d in dates if d < theirs["from"]}))
        print("  closed there only", sorted(within - set(dates)))
        shorts = {**own["earlyCloses"], **own["lateOpens"]}
        print("  short here only  ", {d: t for d, t in shorts.items() if d not in short and d >= theirs["from"]})
        print("  short there only ", {d: t for d, t in short.items() if d not in shorts and first and first <= d <= last})
    return True


if __name__ == "__main__":
    modes = {"write": write, "check": check, "shipped": shipped}
    if len(sys.argv) < 2 or sys.argv[1] not in modes:
        sys.exit(__doc__)
    sys.exit(0 if modes[sys.argv[1]](sys.argv[2:]) is not False else 1)
