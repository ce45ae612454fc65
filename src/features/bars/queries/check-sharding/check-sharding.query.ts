import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { Database } from '../../../../platform/database/index.ts';
import { shardingFaults } from '../../sharding/sharded-collections.ts';

/** What is wrong with how a sharded cluster holds the collections; nothing where there is none, or it does not tell. */
export const checkSharding = defineQuery<readonly string[]>()('bars.check-sharding', Type.Object({}));

export function answerCheckSharding(database: Database): HandlerOf<typeof checkSharding> {
  return async () => {
    const keys = await database.shardKeys?.();
    return keys === undefined ? [] : shardingFaults(keys);
  };
}
