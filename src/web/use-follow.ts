import { useEffect, useRef } from 'preact/hooks';
import type { FollowEvent, Following, StreamTopic } from '../client/index.ts';
import { client } from './client.ts';
import { adviceOn } from './format/problem.ts';
import { notify } from './parts/notices.tsx';
import { returns, tellServerLost } from './server-state.ts';

type Listener = (event: FollowEvent) => void;

const PAUSE_MS = 5_000;

/** The one connection of the page. It is there while something is followed. */
let following: Following | undefined;
const listeners = new Map<string, Set<Listener>>();

/**
 * Hears what happens to topics while it is shown; the newest `onEvent` is called. A `subscribed` event says that all that
 * happens from then on is heard.
 */
export function useFollow(topics: readonly StreamTopic[], onEvent: Listener): void {
  const newest = useRef(onEvent);
  newest.current = onEvent;
  useEffect(() => {
    const hear: Listener = (event) => newest.current(event);
    for (const topic of topics) add(topic, hear);
    return () => topics.forEach((topic) => remove(topic, hear));
  }, [topics.join(' ')]);
}

function add(topic: StreamTopic, listener: Listener): void {
  const known = listeners.get(topic);
  if (known !== undefined) {
    known.add(listener);
    return;
  }
  listeners.set(topic, new Set([listener]));
  if (following === undefined) void listen();
  else following.subscribe([topic]);
}

function remove(topic: StreamTopic, listener: Listener): void {
  const known = listeners.get(topic);
  known?.delete(listener);
  if (known?.size !== 0) return;
  listeners.delete(topic);
  following?.unsubscribe([topic]);
}

async function listen(): Promise<void> {
  const mine = client.follow({
    topics: [...listeners.keys()] as StreamTopic[],
    onState: (state) => {
      if (state === 'lost') tellServerLost();
    },
  });
  following = mine;
  try {
    for await (const event of mine)
      for (const topic of 'topic' in event ? [event.topic] : event.topics)
        listeners.get(topic)?.forEach((hear) => hear(event));
  } catch (error) {
    // What was missed cannot be told any more: pages read again, as after a server was lost.
    notify({ tone: 'bad', text: adviceOn(error) });
    returns.value++;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  following = undefined;
  if (listeners.size > 0) void listen();
}
