import type {
  BaseWindow,
  MessageBoxOptions,
  MessageBoxReturnValue,
  OpenDialogOptions,
  OpenDialogReturnValue,
} from 'electron';
import { BrowserWindow } from './browser-window.ts';
import { needsReady } from './lifecycle.ts';
import { record } from './record.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

/** Dialogs that wait for the person, and answers that wait for a dialog. */
export class Desk<Answer> {
  readonly #answers: Answer[] = [];
  readonly #shown: ((answer: Answer) => void)[] = [];

  answer(answer: Answer): void {
    const shown = this.#shown.shift();
    if (shown) shown(answer);
    else this.#answers.push(answer);
  }

  show(signal?: AbortSignal): Promise<Answer | undefined> {
    const answer = this.#answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((resolve) => {
      this.#shown.push(resolve);
      signal?.addEventListener('abort', () => {
        this.#shown.splice(this.#shown.indexOf(resolve), 1);
        resolve(undefined);
      });
    });
  }
}

export interface ButtonAnswer {
  readonly button: string | number;
  readonly checked: boolean;
}

export const openDesk = new Desk<OpenDialogReturnValue>();
export const messageDesk = new Desk<ButtonAnswer>();

const pick = <T extends object>(first: BaseWindow | T, second: T | undefined): T => {
  needsReady('dialog module can only be used after app is ready');
  if (first instanceof BrowserWindow) {
    if (!second) throw new TypeError('Options must be given after the window');
    return second;
  }
  if (second !== undefined) throw new TypeError('The first argument must be a window');
  return first as T;
};

const text = (value: string | undefined, name: string): string => {
  if (value !== undefined && typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  return value ?? '';
};

const showOpenDialog: Main['dialog']['showOpenDialog'] = async (
  first: BaseWindow | OpenDialogOptions,
  second?: OpenDialogOptions,
) => {
  const options = pick(first, second);
  const properties = options.properties ?? ['openFile'];
  if (!Array.isArray(properties)) throw new TypeError('Properties must be an array');
  record.dialogs.push({
    kind: 'open',
    title: text(options.title, 'Title'),
    message: text(options.message, 'Message'),
    detail: '',
    buttons: [],
    properties,
  });
  return (await openDesk.show()) ?? { canceled: true, filePaths: [] };
};

const showMessageBox: Main['dialog']['showMessageBox'] = async (
  first: BaseWindow | MessageBoxOptions,
  second?: MessageBoxOptions,
): Promise<MessageBoxReturnValue> => {
  const options = pick(first, second);
  const buttons = options.buttons ?? ['OK'];
  record.dialogs.push({
    kind: 'message',
    title: text(options.title, 'Title'),
    message: text(options.message, 'Message'),
    detail: text(options.detail, 'Detail'),
    buttons,
    properties: [],
  });
  const answer = await messageDesk.show(options.signal);
  if (!answer) return { response: options.cancelId ?? 0, checkboxChecked: options.checkboxChecked ?? false };
  const response = typeof answer.button === 'number' ? answer.button : buttons.indexOf(answer.button);
  if (!(response in buttons)) throw new Error(`The dialog has no button ${answer.button}, only ${buttons.join(', ')}.`);
  return { response, checkboxChecked: answer.checked };
};

const members = {
  showOpenDialog,
  showMessageBox,
  /** The one that may be called before the app is ready. */
  showErrorBox(title: string, content: string): void {
    record.dialogs.push({ kind: 'error', title, message: content, detail: '', buttons: [], properties: [] });
  },
};

held<typeof members, Main['dialog']>();

export const dialog = strict('dialog', members);
