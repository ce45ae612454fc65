import Type from 'typebox';
import { documentsOf, type DocumentSchemas } from '../../platform/database/index.ts';
import type { InstrumentDocument } from './collections.ts';
import { detailFields, InstrumentIdText } from './schemas.ts';

export const instrumentsDocuments: DocumentSchemas = {
  instruments: documentsOf<InstrumentDocument>()(
    Type.Object({
      _id: InstrumentIdText,
      ...detailFields,
      listedFrom: Type.Optional(Type.Number()),
      listedTo: Type.Optional(Type.Number()),
      registeredAt: Type.Number(),
    }),
  ),
};
