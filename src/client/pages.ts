/** The items of all pages, asked for one after the other as the loop comes to them. */
export async function* itemsOfPages<Page, Item, Place>(
  ask: (place: Place | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
  nextOf: (page: Page) => Place | undefined,
): AsyncGenerator<Item, void, undefined> {
  let place: Place | undefined;
  do {
    const page = await ask(place);
    yield* itemsOf(page);
    place = nextOf(page);
  } while (place !== undefined);
}
