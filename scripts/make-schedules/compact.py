"""A calendar in the form of src/market/session/schedules/world.json."""

from collections import defaultdict

import numpy as np
import pandas as pd

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
DAY = 24 * 60
# What a change of the ordinary week costs, counted in days that are listed one by one instead.
CHANGE_COST = 10


def compact(calendar, roots=None):
    """Weeks by the date from which they hold, and the dates on which the week does not hold."""
    texts = _texts_by_date(calendar)
    has_evenings = any(text.endswith("-24:00") and text != "00:00-24:00" for text in texts.values())
    # The evening before the first day belongs to it.
    days = pd.date_range(calendar.listed_from - pd.Timedelta(days=int(has_evenings)), calendar.known_to)
    weeks, ordinary = _weeks(days, [texts.get(day, "") for day in days])
    closed, hours = defaultdict(list), defaultdict(list)
    for day in days:
        text = texts.get(day, "")
        if text == ordinary[day]:
            continue
        if text == "":
            closed[str(day.year)].append(day.strftime("%m%d"))
        else:
            hours[text].append(day.strftime("%Y%m%d"))
    return {
        "title": calendar.title,
        "zone": calendar.zone,
        "from": str(calendar.known_from.date()),
        "to": str(calendar.known_to.date()),
        **({} if roots is None else {"roots": roots}),
        "weeks": weeks,
        "closed": {year: " ".join(dates) for year, dates in closed.items()},
        "hours": {text: " ".join(dates) for text, dates in sorted(hours.items())},
    }


def _texts_by_date(calendar):
    """What is open on each local date: `<04:00-09:30 09:30-16:00 >16:00-20:00`; `<` before, `>` after regular hours."""
    pieces = defaultdict(list)
    for _, spans in calendar.sessions:
        for start, end in spans:
            start, end = _local(start, calendar.zone), _local(end, calendar.zone)
            while start < end:
                midnight = (start // DAY + 1) * DAY
                pieces[start // DAY] += _by_session(start % DAY, min(end, midnight) - start // DAY * DAY, start, calendar)
                start = midnight
    return {pd.Timestamp(day * 86_400, unit="s"): " ".join(texts) for day, texts in pieces.items()}


def _by_session(start, end, date_minute, calendar):
    if calendar.regular is None:
        return [_text(start, end)]
    opens, closes = calendar.regular
    is_sunday = (date_minute // DAY + 3) % 7 == 6
    parts = [("<", start, min(end, opens)), ("", max(start, opens), min(end, closes)), (">", max(start, closes), end)]
    return [("<" if is_sunday else mark) + _text(a, b) for mark, a, b in parts if a < b]


def _text(start, end):
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def _local(minute, zone):
    """Minutes since 1970 that the clock of the zone shows."""
    offset = pd.Timestamp(minute * 60, unit="s", tz="UTC").tz_convert(zone).utcoffset()
    return minute + int(offset.total_seconds()) // 60


def _weeks(days, texts):
    """Ordinary weeks by the date from which they hold, with the fewest exceptions; and the ordinary text of each day."""
    ordinary = {}
    changes = set()
    for weekday in range(7):
        own = [(day, text) for day, text in zip(days, texts) if day.weekday() == weekday]
        before = None
        for (day, _), text in zip(own, _steady([text for _, text in own])):
            ordinary[day] = text
            if before is not None and text != before:
                changes.add(day)
            before = text
    weeks, held_from = {}, days[0]
    # Days of one week change together: the earliest of them is when the new week begins.
    starts = [days[0]]
    for day in sorted(changes):
        if (day - starts[-1]).days >= 7:
            starts.append(day)
    for start in starts:
        week = [ordinary[day] for day in pd.date_range(start, periods=7) if day in ordinary]
        weeks[str(start.date())] = _week_text({day.weekday(): text for day, text in zip(pd.date_range(start, periods=7), week)})
    return weeks, ordinary


def _steady(texts):
    """The piecewise constant sequence with the least sum of differences and changes (Viterbi)."""
    states = sorted(set(texts))
    index = {text: i for i, text in enumerate(states)}
    cost = np.zeros(len(states))
    origins = []
    for text in texts:
        best = int(cost.argmin())
        is_changed = cost > cost[best] + CHANGE_COST
        origins.append(np.where(is_changed, best, np.arange(len(states))))
        cost = np.where(is_changed, cost[best] + CHANGE_COST, cost) + 1
        cost[index[text]] -= 1
    state = int(cost.argmin())
    steady = []
    for origin in reversed(origins):
        steady.append(states[state])
        state = int(origin[state])
    return steady[::-1]


def _week_text(by_weekday):
    """`Mon-Thu 09:00-17:00; Fri 09:00-12:00`."""
    groups = []
    for weekday in range(7):
        text = by_weekday.get(weekday, "")
        if groups and groups[-1][2] == text:
            groups[-1][1] = weekday
        else:
            groups.append([weekday, weekday, text])
    named = [(WEEKDAYS[a] if a == b else f"{WEEKDAYS[a]}-{WEEKDAYS[b]}", text) for a, b, text in groups if text]
    return "; ".join(f"{name} {text}" for name, text in named)
