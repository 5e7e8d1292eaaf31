/** The window over a seeded profile whose queue stands still, so that a picture of it is the same twice. */
import { tmpdir } from 'node:os';
import type { Client, EventPayload, TransferView } from '../../preload/contract.ts';
import { connect } from '../../main/api/connect.ts';
import { startWeb, type Web } from '../../main/web/host.ts';

/** What a queue at work would add to its rows. `flow`: of the usual speed. */
const alive = (row: TransferView, flow = 1): TransferView =>
  row.state === 'uploading'
    ? {
        ...row,
        rate: (row.size / 400) * flow,
        leftMs: ((row.size - row.acknowledged) / (row.size / 400)) * 1000,
        inFlight: Math.min(39e6, row.size - row.acknowledged),
      }
    : row.state === 'preparing'
      ? { ...row, hashed: Math.floor(row.size * 0.34) }
      : row;

const enliven = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if ('rows' in value && Array.isArray(value.rows))
    return { ...value, rows: value.rows.map((row: unknown) => (isTransfer(row) ? alive(row) : row)) };
  if ('transfer' in value) return { ...value, transfer: alive(value.transfer as TransferView) };
  return value;
};
const isTransfer = (row: unknown): row is TransferView =>
  typeof row === 'object' && row !== null && 'acknowledged' in row;

export type StillWindow = {
  readonly web: Web;
  /** Tells every window how fast the rows under way are; 1 is their usual speed. */
  readonly tellFlow: (flow: number) => Promise<void>;
};

type Options = {
  /** What the window's picker shows. */
  readonly files?: string;
  /** One to sign in with. */
  readonly password?: string;
};

/** Serves a profile's window without starting its queue. */
export const showStill = async (profile: string, options: Options = {}): Promise<StillWindow> => {
  const { files = tmpdir(), password } = options;
  const connection = await connect({ profile, serve: false });
  const real = connection.client;
  const listeners = new Set<(payload: EventPayload<'transfers'>) => void>();
  const client: Client = {
    ...real,
    call: async (name, input) => enliven(await real.call(name, input)) as never,
    on: (event, listener) => {
      const stop = real.on(event, listener);
      if (event !== 'transfers') return stop;
      const heard = listener as (payload: EventPayload<'transfers'>) => void;
      listeners.add(heard);
      return () => listeners.delete(heard) && stop();
    },
  };
  const web = await startWeb({
    connection: { client, profile },
    listen: '127.0.0.1',
    port: 0,
    root: files,
    assets: new URL('../../out/renderer', import.meta.url).pathname,
    // What a stranger's browser is refused is meant to be in a picture.
    log: () => undefined,
    ...(password === undefined ? {} : { password }),
  });
  return {
    web,
    tellFlow: async (flow) => {
      const [{ rows, change }, { totals }] = await Promise.all([
        real.call('transfers.list', { filter: { states: ['uploading', 'preparing'] }, limit: 200 }),
        real.call('transfers.list', { limit: 1 }),
      ]);
      const payload = { rows: rows.map((row) => alive(row, flow)), removed: [], change, totals };
      for (const tell of listeners) tell(payload);
    },
  };
};
