import Type from 'typebox';

/** A moment in a request, as every door takes it. */
export const TimeText = Type.String({
  maxLength: 40,
  description: 'UTC: 2016-10-07, 2016-10-07T09:30:00Z or epoch ms',
});
