import { edgeOf, type Entry } from './entries.ts';
import { isOrdered } from '../../preload/states.ts';
import type { QueueActions } from './actions.svelte.ts';
import type { Queue } from './queue.svelte.ts';

/** Files that are dragged have kinds of their own. */
const kind = 'application/x-stevedore-transfers';

type Side = 'before' | 'after';

/** The row that an event is about. */
const elementOf = ({ target }: DragEvent): { readonly id: number; readonly box: DOMRect } | undefined => {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  return row === null ? undefined : { id: Number(row.dataset['row']), box: row.getBoundingClientRect() };
};

/** Rows of the queue that are dragged to another place in it: those that are chosen, or one. */
export class QueueDrag {
  readonly #queue: Queue;
  readonly #actions: QueueActions;
  #at = $state<{ readonly id: number; readonly side: Side }>();

  constructor(queue: Queue, actions: QueueActions) {
    this.#queue = queue;
    this.#actions = actions;
  }

  /** On which side of a row they would go; `undefined` where they are not over it. */
  sideOf(row: Entry): Side | undefined {
    return this.#at?.id === row.id ? this.#at.side : undefined;
  }

  begin(event: DragEvent): void {
    const id = elementOf(event)?.id;
    if (id === undefined) return;
    const { chosen } = this.#queue;
    const ids = chosen.has(id) ? [...chosen] : [id];
    event.dataTransfer?.setData(kind, JSON.stringify(ids));
    if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = 'move';
  }

  over(event: DragEvent): void {
    const at = elementOf(event);
    const section = at === undefined ? undefined : this.#queue.placeOf(at.id)?.section;
    if (event.dataTransfer?.types.includes(kind) !== true || at === undefined || section === undefined) return;
    if (!isOrdered(section)) return;
    event.preventDefault();
    this.#at = { id: at.id, side: event.clientY < at.box.top + at.box.height / 2 ? 'before' : 'after' };
  }

  leave(event: DragEvent): void {
    if (this.#at?.id === elementOf(event)?.id) this.#at = undefined;
  }

  drop(event: DragEvent): void {
    const text = event.dataTransfer?.getData(kind) ?? '';
    if (text === '' || this.#at === undefined) return;
    event.preventDefault();
    const { id, side } = this.#at;
    const ids = (JSON.parse(text) as number[]).filter((one) => one !== id);
    this.#at = undefined;
    const row = this.#queue.byId(id);
    const edge = row === undefined ? id : edgeOf(row, side);
    if (ids.length > 0) void this.#actions.move(ids, side === 'before' ? { before: edge } : { after: edge });
  }
}
