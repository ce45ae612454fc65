#!/usr/bin/env bash
# Packs the package as it is published, installs it in an empty folder, and uses it as a stranger would.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$root/node_modules/.bin:$PATH"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$root"
npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund ./pocketquant-*.tgz

cat >use.js <<'JS'
import assert from 'node:assert/strict';
import { open } from 'pocketquant';
const pq = await open({ database: 'file:./library.db' });
const series = { instrumentId: 'NASDAQ:AAPL', interval: '1d' };
const bars = [{ openTime: '2014-06-05', open: 646, high: 649, low: 642, close: 647 }];
assert.equal((await pq.upsertBars({ ...series, provider: 'check', state: 'final', bars })).inserted, 1);
assert.deepEqual([...(await pq.getBars(series)).columns.close], [647]);
await pq.close();
JS
node use.js

bin=node_modules/.bin/pocketquant
"$bin" --version
"$bin" --database file:./cli.db sample
"$bin" --database file:./cli.db --json bars COINBASE:BTCUSD 1h --from 2016-10-07 --limit 2 | grep -q '"storedInterval":"1m"'
"$bin" --database file:./cli.db export --instrument COINBASE:BTCUSD --interval 1m --format parquet --output bars.parquet
test -s bars.parquet
"$bin" --database file:./cli.db verify
