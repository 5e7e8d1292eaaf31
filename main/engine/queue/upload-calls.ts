/** What a lane hands to its provider with each call: the server, the upload as a job, and the signals that end the call. */
import { ok, type Outcome } from '../outcome.ts';
import { abortable } from '../providers/abortable.ts';
import type { Call, Job, Opening } from '../providers/provider.ts';
import type { Transfer } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { LaneRecord } from './lane-record.ts';
import { jobOf } from './plan.ts';
import { readRemote } from './remote.ts';
import type { ServerPort } from './server-port.ts';

export type UploadCallsDeps = {
  readonly store: Store;
  readonly server: (serverId: string) => Outcome<ServerPort>;
};

export class UploadCalls {
  readonly #deps: UploadCallsDeps;
  readonly #record: LaneRecord;
  readonly #now: AbortSignal;

  /** @param now aborted: every call ends at once */
  constructor(deps: UploadCallsDeps, record: LaneRecord, now: AbortSignal) {
    this.#deps = deps;
    this.#record = record;
    this.#now = now;
  }

  /** The server, with the secrets of this upload. Fails where it is not saved any more, or cannot be read. */
  server(): Outcome<ServerPort> {
    const { id, serverId } = this.#record;
    const server = this.#deps.server(serverId);
    if (!server.ok) return server;
    const uploadSecrets = server.value.uploadSecrets(id);
    return ok({ ...server.value, context: { ...server.value.context, uploadSecrets } });
  }

  /** Its name for people; its id where it is not known. */
  serverName(): string {
    const server = this.server();
    return server.ok ? server.value.context.server.name : this.#record.serverId;
  }

  /** The upload as its provider sees it. */
  job(row: Transfer): Job {
    return {
      ...jobOf(row),
      ...this.#earlier(row),
      deleteKeyOf: (shareKey) => this.#deps.store.toldKey(this.#record.serverId, shareKey, this.#record.id),
    };
  }

  /** A call about the upload once it is open; it ends when `signal` is aborted. */
  call(port: ServerPort, job: Job, remote: unknown, signal: AbortSignal): Call<unknown, unknown> {
    const record = this.#record;
    return {
      ...this.opening(port, job, signal),
      remote,
      // Made only where it is used: it reads every chunk of the file.
      get progress() {
        return record.progress();
      },
      remember: (next) => record.remember(port.provider, next),
    };
  }

  /** A call about the upload before it is open; it ends when `signal` is aborted. */
  opening({ context }: ServerPort, job: Job, signal: AbortSignal): Opening<unknown> {
    return { job, context: abortable(context, signal, this.#now), signal };
  }

  /** A state of a version that is not known any more is of no use. */
  #earlier({ earlier }: Transfer): Pick<Job, 'earlier'> {
    const server = this.server();
    if (earlier === undefined || !server.ok) return {};
    try {
      return { earlier: readRemote(server.value.provider, earlier) };
    } catch {
      return {};
    }
  }
}
