import type { Ask, Reply } from '../cloudreve-stores/http.ts';
import { ViceList } from '../vice-list.ts';
import { refuse } from './call.ts';
import type { Place, Vice } from './config.ts';
import type { Journal } from './journal.ts';

/** Shows each vice as often as it is to be shown, over all lives of the server. */
export class Vices {
  readonly #list: ViceList<Vice>;
  readonly #crash: () => never;

  constructor(vices: readonly Vice[], journal: Journal, crash: () => never) {
    this.#list = new ViceList(vices, journal, journal.report().vices);
    this.#crash = crash;
  }

  /** What the next vice of this place does. */
  next(at: Place, number?: number): Vice['does'] | undefined {
    return this.#list.next(fitsAt(at, number))?.does;
  }

  /**
   * Answers a request as the vice of this place has it, or as `act` does where there is none. Undefined: no answer.
   *
   * @param act does what is asked for; `isCorrupt` of a chunk whose first byte is to be changed
   */
  async answer(
    ask: Ask,
    at: Place,
    act: (isCorrupt: boolean) => Reply | Promise<Reply>,
    number?: number,
  ): Promise<Reply | undefined> {
    const vice = this.#list.next(fitsAt(at, number));
    if (!vice || vice.does === 'corrupt') return act(vice !== undefined);
    if (vice.acted === true) await act(false);
    if (vice.does === 'crash') return this.#crash();
    if (typeof vice.does !== 'number') return undefined;
    const { does: status, headers = {}, body } = vice;
    const usual = refuse(ask, status, status >= 500 ? 'Server Error' : 'Refused.', headers);
    return body === undefined ? usual : { status, headers, body };
  }
}

const fitsAt =
  (at: Place, number: number | undefined) =>
  (vice: Vice): boolean =>
    vice.at === at && (vice.number ?? number) === number;
