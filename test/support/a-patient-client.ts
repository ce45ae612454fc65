import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type Client } from '../../src/client/index.ts';

const BUSY = 503;
const PAUSE_MS = 500;

/** A client that asks again as long as a server has too much to do, as on a machine that runs many tests at once. */
export function aPatientClient(baseUrl: string): Client {
  return createClient({
    baseUrl,
    async fetch(input, init) {
      for (;;) {
        const answer = await fetch(input, init);
        if (answer.status !== BUSY) return answer;
        await answer.body?.cancel();
        await pause(PAUSE_MS);
      }
    },
  });
}
