import Type from 'typebox';
import { PROVIDER_NAME_FORMAT } from '../../providers/contract/index.ts';

export const ProviderText = Type.String(PROVIDER_NAME_FORMAT);
export const JobId = Type.String({
  pattern: '^[0-9a-f-]{36}$',
  description: 'the id of a job, as GET /jobs lists them',
});
