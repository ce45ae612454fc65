"""The page docs/reference/exchanges.md."""


def reference_page(data, shared):
    calendars = data["calendars"]
    names = {}
    for alias, name in data["names"].items():
        names.setdefault(name, []).append(alias)
    rows = [_row(name, calendar, names.get(name, [])) for name, calendar in calendars.items() if "roots" not in calendar]
    family_rows = [
        f"| `{name}` | {calendar['roots']} | {_hours(calendar)} | {calendar['from']} | {calendar['to']} |"
        for name, calendar in calendars.items()
        if "roots" in calendar
    ]
    shared_rows = [f"| `{name}` | {meanings} |" for name, meanings in shared.items()]
    return PAGE.format(rows="\n".join(rows), families="\n".join(family_rows), shared="\n".join(shared_rows))


def _row(name, calendar, aliases):
    other = " ".join(f"`{alias}`" for alias in aliases)
    return (
        f"| `{name}` | {other} | {calendar['title']} | {calendar['zone']} | {_hours(calendar)} "
        f"| {calendar['from']} | {calendar['to']} |"
    )


def _hours(calendar):
    *_, last = calendar["weeks"].values()
    return last


PAGE = """# Exchanges whose hours are known

<!-- Written by scripts/make-schedules/make_schedules.py write. -->

An instrument without a schedule of its own has that of its exchange: the part of its id before the colon, in any case,
with or without `-`, `_` and the like. What is [registered for an instrument](http.md) goes first; its `schedule` is any
name of this page, or a [file of yours](../guides/add-a-schedule.md), which replaces one of the same name.

NASDAQ, NYSE, ARCA and AMEX (also BATS, OTC, `XNYS`, `XNAS`, `ARCX`, `XASE`, `BATS`, `OOTC`), CME, NSE (`XNSE`), OANDA and
HKFE have schedules with sessions before and after the regular one, and crypto exchanges never close.

## Known from, known to

Holidays and short days are known between two dates. **Outside of them the nearest ordinary week is assumed, without any
holiday**: some of what an answer then calls missing may have been a holiday, and a short day may look incomplete. Such an
answer says so: `completeness` and coverage have `scheduleKnown` with the two ends. Within them, hours that changed over the years are
those of the time: Tokyo closes at 15:30 since November 2024.

## Exchanges

Hours are those of an ordinary week now, in local time. All are those of `exchange_calendars`; trading before and after
the regular session is not in them.

| schedule | other names | exchange | zone | hours | known from | to |
|---|---|---|---|---|---|---|
{rows}

Names that several exchanges share have no schedule, so that none is guessed. Register the instrument with one:

| name | used by |
|---|---|
{shared}

`TSE` is Tokyo (Toronto is `TSX`, `XTSE`), `BSE` Bombay (Bucharest is `BVB`, `XBSE`), `SSE` Shanghai (Santiago is `BCS`),
`ICE` the American one (`ICEUS`), `SET` Bangkok.

## Families of CME

On `CME`, `CBOT`, `COMEX`, `NYMEX` (also `XCME`, `XCBT`, `XCEC`, `XNYM`, `GLBX`, and `CME_MINI` and the like) the root of
the symbol decides: `ES1!`, `ESZ4`, `ESZ24`, `ESZ2024`, `ES=F`, `/ES`, `@ES`, `ES.c.0` and `ES` are all `ES`. Other
symbols have `CME-ENERGY-METALS` on `NYMEX` and `COMEX`, the schedule `CME` on `CME`, and none elsewhere. Times are those of Chicago;
`<` marks what is before the regular session, `>` what is after it. The other families have one session, evening
included.

| schedule | roots | hours | known from | to |
|---|---|---|---|---|
{families}

Their holidays are listed since 1998, but hours and short days before the first date were not always these. Corrected from
`pandas_market_calendars`: financial products are closed on Good Friday unless the jobs report comes out on it; energy and
metals close at 12:45 on every Christmas Eve; farm products are closed on Juneteenth since 2022, and close at 12:05 on the
day after Thanksgiving and on Christmas Eve; index futures paused from 15:15 to 15:30 until June 2021, and their regular
session was closed on days of mourning.
"""
