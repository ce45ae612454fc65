import Type from 'typebox';
import { PRICE_BASES } from '../../market/index.ts';
import { documentsOf, type DocumentSchemas } from '../../platform/database/index.ts';
import type { CoverageDocument } from './collections.ts';

const AskedRange = Type.Object({
  from: Type.Number(),
  to: Type.Number(),
  provider: Type.String(),
  result: Type.Enum(['fetched', 'doubtful', 'unanswered', 'failed']),
  at: Type.Number(),
  looks: Type.Optional(Type.Integer({ minimum: 1 })),
  lookAgainAt: Type.Optional(Type.Number()),
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});

export const coverageDocuments: DocumentSchemas = {
  coverage: documentsOf<CoverageDocument>()(
    Type.Object({
      _id: Type.String(),
      rev: Type.Integer({ minimum: 0 }),
      basis: Type.Optional(Type.Enum(PRICE_BASES)),
      currency: Type.Optional(Type.String()),
      refusal: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), at: Type.Number() })),
      rebasedUntil: Type.Optional(Type.Number()),
      asked: Type.Array(AskedRange),
    }),
  ),
};
