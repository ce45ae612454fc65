import type { ShardKey } from '../../../platform/database/index.ts';

/** Those whose ids begin with the series: they are sharded by ranges of `_id`. No other one is. */
export const SHARDED_COLLECTIONS = ['chunks', 'chunk_history'] as const;

/** What is wrong with how the collections of a cluster are sharded, each with what to do. */
export function shardingFaults(keys: ReadonlyMap<string, ShardKey>): readonly string[] {
  const wanted: ReadonlySet<string> = new Set(SHARDED_COLLECTIONS);
  const missing = SHARDED_COLLECTIONS.filter((name) => !keys.has(name)).map(
    (name) =>
      `${name} is not sharded, so one shard holds all of it: "pocketquant cluster plan" prints the commands, if that is not what you want`,
  );
  const wrong = [...keys].flatMap(([name, key]) => {
    const text = JSON.stringify(key);
    if (!wanted.has(name))
      return [
        `${name} is sharded by ${text}, and must not be: its unique fields hold on one shard only. Unshard it: sh.unshardCollection, or dump, drop and restore it`,
      ];
    if (text === '{"_id":1}') return [];
    const why = Object.values(key).includes('hashed')
      ? 'so every range of bars is asked of every shard'
      : 'but writes and ranges go by _id';
    return [`${name} is sharded by ${text}, ${why}: reshard it by ranges of { _id: 1 } with sh.reshardCollection`];
  });
  return [...missing, ...wrong];
}
