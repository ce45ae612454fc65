"""Times ArcticDB on LMDB: `arctic.py FOLDER BARS` with six columns of doubles in one file, or `arctic.py FOLDER` to read once."""

import json
import statistics
import sys
import time

import arcticdb
import numpy
import pandas

RUNS = 7
SYMBOL = "bars"
NAMES = ["open", "high", "low", "close", "volume"]


def median_ms(work):
    times = []
    for run in range(RUNS + 1):
        began = time.perf_counter()
        work(run)
        times.append((time.perf_counter() - began) * 1_000)
    return statistics.median(times[1:])


store = arcticdb.Arctic("lmdb://" + sys.argv[1])
library = store.get_library("bench", create_if_missing=True)
if len(sys.argv) == 2:
    print(len(library.read(SYMBOL).data))
    sys.exit()

columns = numpy.fromfile(sys.argv[2]).reshape(6, -1)
index = pandas.DatetimeIndex(pandas.to_datetime(columns[0].astype("int64"), unit="ms"))
frame = pandas.DataFrame(dict(zip(NAMES, columns[1:])), index=index)
middle = index[len(index) // 2].floor("D")
day = (middle, middle + pandas.Timedelta("1D") - pandas.Timedelta("1ms"))


def correct(run):
    bar = frame.loc[[index[len(index) // 2]]].copy()
    bar["close"] += run + 1
    library.update(SYMBOL, bar)


print(
    json.dumps(
        {
            "write": median_ms(lambda run: library.write(f"{SYMBOL}{run}", frame)),
            "read": median_ms(lambda run: library.read(f"{SYMBOL}0").data),
            "kept": bool(library.write(SYMBOL, frame)),
            "day": median_ms(lambda run: library.read(SYMBOL, date_range=day).data),
            "correct": median_ms(correct),
        }
    )
)
