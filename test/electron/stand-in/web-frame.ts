import type { WebFrameMain } from 'electron';
import { originOf } from './schemes.ts';
import { Strict } from './strict.ts';
import { held } from './types.ts';

/** How a window tells its frame what it shows. */
export const shows = Symbol('shows');
export const ends = Symbol('ends');

/** The main frame of a window; the only one that can speak to the app, because no preload runs in the others. */
export class WebFrame extends Strict {
  readonly frameTreeNodeId: number;
  readonly processId: number;
  readonly routingId: number = 1;
  readonly frames: WebFrameMain[] = [];
  readonly name: string = '';
  #url = 'about:blank';
  #gone = false;

  constructor(id: number) {
    super('WebFrameMain');
    this.frameTreeNodeId = id;
    this.processId = id + 1000;
  }

  get url(): string {
    return this.#url;
  }

  get origin(): string {
    return originOf(this.#url);
  }

  get parent(): WebFrameMain | null {
    return null;
  }

  get top(): WebFrameMain | null {
    return this as unknown as WebFrameMain;
  }

  get detached(): boolean {
    return this.#gone;
  }

  isDestroyed(): boolean {
    return this.#gone;
  }

  [shows](url: string): void {
    this.#url = url;
  }

  [ends](): void {
    this.#gone = true;
  }
}

held<WebFrame, WebFrameMain>();
