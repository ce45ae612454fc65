import { SHARDED_COLLECTIONS } from '../../sharding/sharded-collections.ts';
import type { ShardRange } from '../../sharding/split-evenly.ts';

/** What mongosh is to run, once, on an empty database; range number `i` goes to the shard number `i`. */
export function clusterCommands(database: string, ranges: readonly ShardRange[]): readonly string[] {
  const spaces = SHARDED_COLLECTIONS.map((name) => JSON.stringify(`${database}.${name}`));
  const starts = ranges.map(({ from }) => (from === undefined ? 'MinKey()' : JSON.stringify(from)));
  return [
    'sh.stopBalancer()',
    `sh.enableSharding(${JSON.stringify(database)})`,
    ...spaces.map((space) => `sh.shardCollection(${space}, { _id: 1 })`),
    ...spaces.flatMap((space) => starts.slice(1).map((id) => `sh.splitAt(${space}, { _id: ${id} })`)),
    'const shards = db.adminCommand({ listShards: 1 }).shards.map(({ _id }) => _id)',
    ...spaces.flatMap((space) => starts.map((id, place) => `sh.moveChunk(${space}, { _id: ${id} }, shards[${place}])`)),
    'sh.startBalancer()',
  ];
}
