import type { Add } from './add.svelte.ts';
import type { App } from '../client/app.svelte.ts';
import { carriesFiles, countDragged } from './drop-entries.ts';
import { isNothing, type Offer } from './drop-offer.ts';
import type { Terms } from './drop-terms.ts';

/** Where the pointer is with its load. */
export type Target =
  | { readonly kind: 'usual' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'expiry'; readonly seconds: number }
  | { readonly kind: 'server'; readonly id: string };

const usual: Target = { kind: 'usual' };
/** ms without a word of the drag after its last leave: moving from one element to the next leaves and enters at once. */
const gone = 120;
/** ms without an event after which a drag is over: some systems do not report that it was abandoned. */
const silent = 3_000;

/** A drag of files over the window, from its entering to its drop. */
export class DropZone {
  active = $state(false);
  /** Items; 0 where the browser does not tell. */
  count = $state(0);
  target = $state.raw<Target>(usual);
  asks = $state(false);
  paused = $state(false);
  /** It came in over the sidebar, whose servers stay in reach then. */
  beside = $state(false);
  readonly #app: App;
  readonly #add: Add;
  /** A drag that began in this window: a picture of it counts as a file for the browser. */
  #own = false;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #marked: Element | undefined;

  constructor(app: App, add: Add) {
    this.#app = app;
    this.#add = add;
  }

  /** Listens to the whole window. Returns a function that stops it. */
  listen(): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    addEventListener('dragstart', () => (this.#own = true), { signal });
    addEventListener('dragend', () => (this.#own = false), { signal });
    addEventListener('dragenter', (event) => this.#over(event), { signal });
    addEventListener('dragover', (event) => this.#over(event), { signal });
    addEventListener('dragleave', (event) => this.#leave(event), { signal });
    addEventListener('drop', (event) => this.#drop(event), { signal });
    addEventListener('keydown', ({ key }) => key === 'Escape' && this.leave(), { signal });
    // While something is dragged the pointer is silent: the drag has ended elsewhere.
    addEventListener('pointermove', () => this.active && this.leave(), { signal });
    addEventListener('paste', (event) => this.#paste(event), { signal });
    return () => {
      this.leave();
      stop.abort();
    };
  }

  leave(): void {
    clearTimeout(this.#leaving);
    this.active = false;
    this.#mark(undefined);
  }

  #over(event: DragEvent): void {
    const { dataTransfer } = event;
    if (this.#own || dataTransfer === null || !carriesFiles(dataTransfer)) return;
    // Whatever becomes of it, the browser must not open the file in place of the window.
    event.preventDefault();
    this.#leaveIn(silent);
    if (this.#isBusy) {
      dataTransfer.dropEffect = 'none';
      return;
    }
    dataTransfer.dropEffect = 'copy';
    const at = event.target instanceof Element ? event.target : undefined;
    if (!this.active) {
      this.beside = at?.closest('aside') != null;
      this.active = true;
    }
    this.count = countDragged(dataTransfer);
    this.asks = event.altKey;
    this.paused = event.shiftKey;
    this.target = targetAt(at);
    this.#mark(at?.closest('[data-server]') ?? undefined);
  }

  #leave({ relatedTarget }: DragEvent): void {
    if (relatedTarget !== null || !this.active) return;
    this.#leaveIn(gone);
  }

  #leaveIn(ms: number): void {
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.leave(), ms);
  }

  #drop(event: DragEvent): void {
    const { dataTransfer } = event;
    if (this.#own || dataTransfer === null || !carriesFiles(dataTransfer)) return;
    event.preventDefault();
    this.leave();
    if (this.#isBusy) return;
    const target = targetAt(event.target instanceof Element ? event.target : undefined);
    const terms: Terms = {
      ...(target.kind === 'server' ? { serverId: target.id } : {}),
      ...(target.kind === 'expiry' ? { expirySeconds: target.seconds } : {}),
      ...(event.shiftKey ? { paused: true } : {}),
    };
    const asks = event.altKey || target.kind === 'ask' || this.#app.sheets.open === 'add-files';
    void this.#add.read(dataTransfer, (offer) => {
      if (asks) this.#add.ask(offer, terms);
      else void this.#add.add(offer, terms);
    });
  }

  #paste(event: ClipboardEvent): void {
    const { clipboardData, target } = event;
    if (clipboardData === null || this.#isBusy || isTyping(target)) return;
    const files = [...clipboardData.files];
    const [picture] = files.filter(isPicture);
    const text = clipboardData.getData('text/plain');
    if (picture !== undefined && files.length === 1) this.#add.askPasted(picture);
    else if (files.length > 0) void this.#add.read(clipboardData, (given) => this.#take(given));
    else if (text.trim() !== '') this.#add.askPasted(text);
    else return;
    event.preventDefault();
  }

  #take(offer: Offer): void {
    if (!isNothing(offer)) this.#add.ask(offer);
  }

  /** A sheet that is about something else is open. */
  get #isBusy(): boolean {
    const { open } = this.#app.sheets;
    return (open !== undefined && open !== 'add-files') || this.#app.link === 'signed-out';
  }

  #mark(element: Element | undefined): void {
    if (this.#marked === element) return;
    this.#marked?.removeAttribute('data-drop-on');
    element?.setAttribute('data-drop-on', '');
    this.#marked = element;
  }
}

const targetAt = (at: Element | undefined): Target => {
  const server = at?.closest('[data-server]')?.getAttribute('data-server');
  if (server != null) return { kind: 'server', id: server };
  const place = at?.closest<HTMLElement>('[data-drop]')?.dataset['drop'];
  if (place === 'ask') return { kind: 'ask' };
  if (place !== undefined && place !== '') return { kind: 'expiry', seconds: Number(place) };
  return usual;
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;

/** A picture of the clipboard, which has no file: every browser gives it this name. */
const isPicture = ({ name, type, lastModified }: File): boolean =>
  name === 'image.png' && type === 'image/png' && Math.abs(Date.now() - lastModified) < 10_000;
