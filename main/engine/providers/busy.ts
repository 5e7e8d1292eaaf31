/** Answers of a server, or of a reverse proxy in front of it, that ask to wait. */
import type { Answer } from '../http/http.ts';

const busy = new Set([429, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530]);

/** Whether the server, or a reverse proxy in front of it, asks to wait. */
export const isBusy = ({ status }: Pick<Answer, 'status'>): boolean => busy.has(status);

/** How long an answer asks to wait, as a failure has it. ms. */
export const waitOf = ({ retryAfterMs }: Answer): { readonly afterMs?: number } =>
  retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
