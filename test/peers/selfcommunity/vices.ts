import type { Reply } from '../cloudreve-stores/http.ts';
import { ViceList } from '../vice-list.ts';
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
  readonly #list: ViceList<Vice>;

  constructor(vices: readonly Vice[], journal: Journal) {
    this.#list = new ViceList(vices, journal, journal.report().vices);
  }

  /**
   * Answers a request as the vice of this place has it, or as `act` does where there is none.
   *
   * @param forget drops the chunks of the upload that the request is about
   */
  answer(at: Place, index: number, act: () => Reply | undefined, forget = (): void => {}): Reply | undefined {
    const vice = this.#list.next((one) => one.at === at && (one.index ?? index) === index);
    if (!vice) return act();
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
