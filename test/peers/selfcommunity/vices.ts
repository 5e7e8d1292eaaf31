import type { Reply } from '../cloudreve-stores/http.ts';
import { jsonAs } from './call.ts';
import type { Place, Vice } from './config.ts';
import type { Journal } from './journal.ts';

/** What an answer of the API looks like. */
export const json = (status: number, body: unknown): Reply => jsonAs('application/json', status, body);

/** protocol: `{"errors":[{"code","message"}]}`, or by field `{"errors":[{"field","messages":[{"code","message"}]}]}`. */
export const refuse = (status: number, code: string, message: string): Reply =>
  json(status, { errors: [{ code, message }] });
export const refuseField = (field: string, code: string, message: string): Reply =>
  json(400, { errors: [{ field, messages: [{ code, message }] }] });

/** Shows each vice as often as it is to be shown, over all lives of the server. */
export class Vices {
  readonly #vices: readonly Vice[];
  readonly #journal: Journal;
  readonly #shown: Record<string, number>;

  constructor(vices: readonly Vice[], journal: Journal) {
    this.#vices = vices;
    this.#journal = journal;
    this.#shown = { ...journal.report().vices };
  }

  /**
   * Answers a request as the vice of this place has it, or as `act` does where there is none.
   *
   * @param forget drops the chunks of the upload that the request is about
   */
  answer(at: Place, index: number, act: () => Reply | undefined, forget = (): void => {}): Reply | undefined {
    const place = this.#vices.findIndex(
      (vice, n) => vice.at === at && (vice.index ?? index) === index && (this.#shown[n] ?? 0) < (vice.times ?? 1),
    );
    const vice = this.#vices[place];
    if (!vice) return act();
    this.#shown[place] = (this.#shown[place] ?? 0) + 1;
    this.#journal.write('vices', place);
    const error = 'The part cannot be stored.';
    switch (vice.does) {
      case 'lose-request':
        return undefined;
      case 'lose-answer':
        act();
        return undefined;
      case 'failure':
        return json(200, { success: false, error });
      case 'preventRetry':
        return json(200, { success: false, error, preventRetry: true });
      case 'reset':
        forget();
        return json(200, { success: false, error, reset: true });
      default:
        return json(vice.does, { errors: vice.errors ?? [{ code: 'refused', message: error }] });
    }
  }
}
