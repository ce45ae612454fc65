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

echo 'The library stores and reads, and its types are whole'
cat >use.ts <<'TS'
import assert from 'node:assert/strict';
import { open } from 'pocketquant';
const pq = await open({ database: 'file:./library.db' });
const series = { instrumentId: 'NASDAQ:AAPL', interval: '1d' } as const;
const bars = [{ openTime: '2014-06-05', open: 646, high: 649, low: 642, close: 647 }];
assert.equal((await pq.upsertBars({ ...series, provider: 'check', state: 'final', bars })).inserted, 1);
assert.deepEqual([...(await pq.getBars(series)).columns.close], [647]);
await pq.close();
TS
node use.ts
tsc --noEmit --strict --target es2024 --module nodenext --types node --typeRoots "$root/node_modules/@types" use.ts

echo 'The client asks a server, and its types need no Node'
cat >client.ts <<'TS'
import { createClient, PocketQuantProblem } from 'pocketquant/client';
const client = createClient({ baseUrl: 'http://127.0.0.1:9', fetch: async () => Response.json({ feeds: [] }) });
const { feeds }: { readonly feeds: readonly unknown[] } = await client.getFeeds();
if (feeds.length !== 0 || !(PocketQuantProblem.prototype instanceof Error)) throw new Error('Not as expected');
TS
node client.ts
tsc --noEmit --strict --target es2024 --lib es2024,dom --module nodenext client.ts

echo 'The CLI imports, answers, exports and verifies'
cli() { node_modules/.bin/pocketquant --database file:./cli.db "$@"; }
bitcoin=(--instrument COINBASE:BTCUSD --interval 1m)
[ "$(cli --version)" = "$(node --print "require('$root/package.json').version")" ]
cli import node_modules/pocketquant/examples/data/COINBASE_BTCUSD_1m.csv "${bitcoin[@]}"
cli --json bars COINBASE:BTCUSD 1h --from 2016-10-07 --limit 2 | grep -q '"storedInterval":"1m"'
cli export "${bitcoin[@]}" --format parquet --output bars.parquet
test -s bars.parquet
cli sample
cli verify

echo 'Commands and programs load no package but this one, and no server'
loads_little() {
  MODULES_LIST=modules.txt node --import "$root/test/support/list-modules.ts" "$@" >/dev/null
  grep -q '/node_modules/pocketquant/dist/' modules.txt
  if grep '/node_modules/' modules.txt | grep -v '/node_modules/pocketquant/dist/'; then return 1; fi
  if grep '^node:http' modules.txt; then return 1; fi
}
for words in --version --help 'import --help' symbols jobs 'bars COINBASE:BTCUSD 1h'; do
  # shellcheck disable=SC2086 # they are words
  loads_little node_modules/pocketquant/dist/cli.js --database file:./cli.db $words
done
echo "import { open } from 'pocketquant'; await (await open({ database: 'file:./cli.db' })).close();" >open.js
loads_little open.js

echo 'The server shows the page'
node_modules/.bin/pocketquant --database file:./server.db serve --port 0 >served.txt &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
until grep -q '^PocketQuant at' served.txt; do
  kill -0 $server
  sleep 0.1
done
url=$(sed -n 's/^PocketQuant at //p' served.txt)
script=$(curl -sf "$url/" | grep -o '/assets/index-[^"]*[.]js')
curl -sf -o page.js "$url$script"
curl -sf -o sample.csv "$url/examples/COINBASE_BTCUSD_1m.csv"
cmp sample.csv node_modules/pocketquant/examples/data/COINBASE_BTCUSD_1m.csv
test -s page.js
