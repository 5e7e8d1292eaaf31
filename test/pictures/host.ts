/** The window over a seeded profile whose queue stands still, so that a picture of it is the same twice. */
import { tmpdir } from 'node:os';
import type { Client, TransferView } from '../../preload/contract.ts';
import { connect } from '../../main/api/connect.ts';
import { startWeb, type Web } from '../../main/web/host.ts';

/** What a queue at work would add to its rows. */
const alive = (row: TransferView): TransferView =>
  row.state === 'uploading'
    ? {
        ...row,
        rate: row.size / 400,
        leftMs: ((row.size - row.acknowledged) / (row.size / 400)) * 1000,
        inFlight: Math.min(39e6, row.size - row.acknowledged),
      }
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

export type StillWindow = { readonly web: Web; readonly client: Client; readonly close: () => Promise<void> };

/** Serves a profile's window without starting its queue. */
export const showStill = async (profile: string): Promise<StillWindow> => {
  const connection = await connect({ profile, serve: false });
  const real = connection.client;
  const client: Client = {
    ...real,
    call: async (name, input) => enliven(await real.call(name, input)) as never,
  };
  const web = await startWeb({
    connection: { client, profile },
    listen: '127.0.0.1',
    port: 0,
    root: tmpdir(),
    assets: new URL('../../out/renderer', import.meta.url).pathname,
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  return {
    web,
    client,
    close: async () => {
      await web.close();
      await connection.stop('now');
    },
  };
};
