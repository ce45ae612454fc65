import { vendorJson } from '../../platform/http/vendor-health.ts';
import type { ProviderStatus } from './queries/get-providers/get-providers.query.ts';

/** As doors give it: what is absent as null. */
export function providerJson({ live, state, intervals, sessionIntervals, ...provider }: ProviderStatus) {
  return {
    ...provider,
    intervals: [...intervals],
    sessionIntervals: [...sessionIntervals],
    live: live ?? null,
    state: state === undefined ? null : vendorJson(state),
  };
}
