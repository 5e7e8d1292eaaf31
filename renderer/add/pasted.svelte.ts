import { m } from '../../preload/paraglide/messages.js';
import { itemsOf } from './drop-entries.ts';
import type { Offer } from './drop-offer.ts';

/** Lines and characters of a text that a preview shows. */
const linesMost = 12;
const charactersMost = 2_000;

/** A picture or a text from the clipboard, with the name that it gets. */
export class Pasted {
  name = $state('');
  readonly file: File;

  constructor(file: File) {
    this.file = file;
    this.name = file.name;
  }

  /** Why the name cannot be used. */
  get wrong(): string | undefined {
    const name = this.name.trim();
    return name === '' || name === '.' || name === '..' || /[/\0]/.test(name) ? m.add_pasted_name_wrong() : undefined;
  }

  get isPicture(): boolean {
    return this.file.type.startsWith('image/');
  }

  /** The first lines of a text. */
  async words(): Promise<string> {
    const text = await this.file.slice(0, charactersMost * 4).text();
    const shown = text.slice(0, charactersMost).split('\n').slice(0, linesMost).join('\n');
    return shown.length < text.length ? `${shown.trimEnd()} …` : shown;
  }

  /** As what is added. */
  get offer(): Offer {
    return { kind: 'held', ...itemsOf([new File([this.file], this.name.trim(), { type: this.file.type })]) };
  }
}
