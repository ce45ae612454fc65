import { createClient } from '../client/index.ts';
import { tellServerLost } from './server-state.ts';

/** The server that this page came from. */
export const client = createClient({ fetch: askAndTell });

/** Asks, and tells the page where nobody answers. */
async function askAndTell(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (error) {
    if (init?.signal?.aborted !== true) tellServerLost();
    throw error;
  }
}
