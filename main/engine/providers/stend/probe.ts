/**
 * Asking what the server has. protocol: there is no call for it, but a PUT without a body changes nothing, on every
 * version, and its refusal tells how the chunk stands.
 */
import type { Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import { isRefusal, notThisServer, refusal, titles } from './answers.ts';
import type { StendRemote } from './state.ts';

/** The server that is asked, in the shape of `ProviderContext` without its settings. */
export type Asked = { readonly server: { readonly name: string; readonly address: string }; readonly http: Http };

/**
 * `wanted`: the next chunk to send. `early`: beyond it. `alive`: no such chunk, in an upload that goes on.
 * `complete`, `gone`: of the whole upload.
 */
export type Standing = 'stored' | 'wanted' | 'early' | 'alive' | 'complete' | 'gone';

export const chunkUrl = (base: string, transferKey: string, chunk: number): string =>
  `${base}/files/uploadChunk?transferkey=${encodeURIComponent(transferKey)}&chunk=${chunk}`;

/** How one chunk stands. Fails as `Http.send` and `refusal` do. */
export const probe = async (asked: Asked, transferKey: string, chunk: number): Promise<Outcome<Standing>> => {
  const { name, address } = asked.server;
  const answer = await asked.http.send({ method: 'PUT', url: chunkUrl(address, transferKey, chunk) });
  if (!answer.ok) return answer;
  const told = (title: string): boolean => isRefusal(answer.value, title);
  if (told(titles.chunkStored)) return ok('stored');
  if (told(titles.chunkTooEarly)) return ok('early');
  if (told(titles.chunkNumberInvalid)) return ok('alive');
  if (told(titles.alreadyComplete)) return ok('complete');
  if (told(titles.transferKeyInvalid)) return ok('gone');
  if (answer.value.status === 406 && !answer.value.html) return ok('wanted');
  return answer.value.status < 400 ? notThisServer(answer.value, name) : refusal(answer.value, { server: name });
};

/** How the whole upload stands: `alive`, `complete` or `gone`. */
export const probeUpload = async (
  asked: Asked,
  transferKey: string,
): Promise<Outcome<'alive' | 'complete' | 'gone'>> => {
  const standing = await probe(asked, transferKey, 999_999_999);
  if (!standing.ok) return standing;
  return ok(standing.value === 'complete' || standing.value === 'gone' ? standing.value : 'alive');
};

/**
 * The chunk that the server wants next; looked for from the first one not known as acknowledged. A lost answer leaves one
 * chunk more than is known, so that two steps go upwards; a record that is far behind, or ahead, is found by halving.
 */
export const findWanted = async (
  asked: Asked,
  remote: StendRemote,
  from: number,
): Promise<Outcome<number | 'complete' | 'gone'>> => {
  let low = 0;
  let high = remote.count - 1;
  let at = Math.min(from, high);
  for (let steps = 1; low <= high; steps++) {
    const standing = await probe(asked, remote.transferKey, at);
    if (!standing.ok) return standing;
    if (standing.value === 'wanted') return ok(at);
    if (standing.value === 'complete' || standing.value === 'gone') return ok(standing.value);
    if (standing.value === 'stored') low = at + 1;
    else high = at - 1;
    at = standing.value === 'stored' && steps <= 2 ? low : Math.floor((low + high) / 2);
  }
  // Every chunk is stored but the upload is not complete, or none is wanted: no Stend server ends there.
  return ok('gone');
};
