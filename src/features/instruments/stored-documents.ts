import Type from 'typebox';
import { InstrumentIdText } from '../../market/schemas.ts';
import { documentsOf, type DocumentSchemas } from '../../platform/database/index.ts';
import type { InstrumentDocument } from './collections.ts';
import { detailFields } from './schemas.ts';

export const instrumentsDocuments: DocumentSchemas = {
  instruments: documentsOf<InstrumentDocument>()(
    Type.Object({
      _id: InstrumentIdText,
      ...detailFields,
      listedFrom: Type.Optional(Type.Number()),
      listedTo: Type.Optional(Type.Number()),
      registeredAt: Type.Number(),
      withoutCase: Type.Optional(Type.String()),
      searchText: Type.Optional(Type.String()),
    }),
  ),
};
