/** What a large library gives, which is loaded by the first who needs it and not at the start. */
export async function* whenLoaded<Piece>(load: () => Promise<AsyncIterable<Piece>>): AsyncGenerator<Piece> {
  yield* await load();
}
