import { open } from '../../src/main/library.ts';

// Follows the change feed, says so, and ends with the first change: URL of the database.
const pq = await open({ database: process.argv[2] });
for await (const event of pq.follow({ topics: ['changes'] })) {
  process.stdout.write(`${event.type}\n`);
  if (event.type === 'change') break;
}
await pq.close();
