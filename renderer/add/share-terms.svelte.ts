import type { TermsView } from '../../preload/contract.ts';
import { wrongIn, type Extra, type Field } from '../client/transfer-fields.ts';

const day = 86_400;
/** Offered for how long something works, s. */
export const lengths = [3_600, day, 7 * day, 30 * day, 90 * day, 365 * day] as const;

const roles = { expiry: 'share-expiry', downloads: 'share-downloads', password: 'share-password' } as const;
export type TermName = keyof typeof roles;

/** Who may open a link: how long, how often, with which password. Empty means without. */
export class ShareTermsForm {
  /** Seconds as text. */
  expiry = $state('');
  downloads = $state('');
  password = $state('');
  readonly #fields: () => readonly Field[];

  /**
   * @param fields what the server's kind has for it
   * @param usual after how long links end unless somebody says otherwise, s
   */
  constructor(fields: () => readonly Field[], usual?: number) {
    this.#fields = fields;
    if (usual !== undefined) this.expiry = String(usual);
  }

  has(name: TermName): boolean {
    return this.field(name) !== undefined;
  }

  field(name: TermName): Field | undefined {
    return this.#fields().find(({ role }) => role === roles[name]);
  }

  /** In seconds, the shortest first. */
  get lengths(): readonly number[] {
    const chosen = this.expiry === '' ? [] : [Number(this.expiry)];
    return [...new Set([...lengths, ...chosen])].sort((a, b) => a - b);
  }

  /** Why a term cannot be so, in words. */
  wrongAt(name: TermName): string | undefined {
    const field = this.field(name);
    return field === undefined ? undefined : wrongIn(field, this[name]);
  }

  get wrong(): TermName | undefined {
    return (['downloads', 'password'] as const).find((name) => this.wrongAt(name) !== undefined);
  }

  get terms(): TermsView {
    const { expiry, downloads, password } = this;
    return {
      ...(expiry === '' || !this.has('expiry') ? {} : { expirySeconds: Number(expiry) }),
      ...(downloads.trim() === '' || !this.has('downloads') ? {} : { downloads: Number(downloads) }),
      ...(password.trim() === '' || !this.has('password') ? {} : { password: password.trim() }),
    };
  }

  /** The same as fields of an upload. */
  get extra(): Extra {
    const { expirySeconds, downloads, password } = this.terms;
    const values = { expiry: expirySeconds, downloads, password };
    return Object.fromEntries(
      (['expiry', 'downloads', 'password'] as const).flatMap((name): [string, string | number][] => {
        const [field, value] = [this.field(name), values[name]];
        return field === undefined || value == null ? [] : [[field.key, value]];
      }),
    );
  }
}
