// Prints every trading day of every schedule of the world, with its stretches of trading as UTC minutes, for
// make_schedules.py to compare.
import { DAY_MS } from '../../src/market/index.ts';
import { stretchesOfDay } from '../../src/market/session/stretches.ts';
import { worldSchedule, WRITTEN } from '../../src/market/session/world-schedules.ts';

for (const name of WRITTEN.keys()) {
  const schedule = worldSchedule(name);
  if (schedule === undefined) throw new Error(`There is no schedule ${name}`);
  const lines: string[] = [];
  for (let day = Date.UTC(1990, 0); day < Date.UTC(2028, 0); day += DAY_MS) {
    const stretches = stretchesOfDay(schedule, day, 'extended');
    if (stretches.length === 0) continue;
    const minutes = stretches.map(({ from, to }) => `${from / 60_000}-${to / 60_000}`);
    lines.push(`${name}\t${new Date(day).toISOString().slice(0, 10)} ${minutes.join(' ')}\n`);
  }
  process.stdout.write(lines.join(''));
}
