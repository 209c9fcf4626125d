/**
 * Many callers, few calls: items that come while a call is under way go together in the next one. A caller gets the
 * result of the call that carried its items.
 */
export function groupCalls<Item>(
  call: (items: Item[]) => Promise<void>,
): (items: readonly Item[]) => Promise<void> {
  let next: { items: Item[]; done: Promise<void> } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  return (items) => {
    if (!next) {
      const group = { items: [] as Item[], done: Promise.resolve() };
      group.done = last.then(() => {
        next = undefined;
        return call(group.items);
      });
      last = group.done.catch(() => {});
      next = group;
    }
    next.items.push(...items);
    return next.done;
  };
}
