import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';

/** One option as it is in force. */
export interface Setting {
  /** The environment variable that sets it. */
  readonly variable: string;
  /** Of a key only whether there is one: `set` or `unset`. URLs have no user, password and query. */
  readonly value: string | number | undefined;
  readonly isDefault: boolean;
}

/** The configuration in force, without secrets. */
export const getConfiguration = defineQuery<readonly Setting[]>()('system.get-configuration', Type.Object({}));

export function answerGetConfiguration(settings: readonly Setting[]): HandlerOf<typeof getConfiguration> {
  return () => Promise.resolve(settings);
}
