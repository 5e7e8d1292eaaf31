/** The text of a report. A person reads it before they send it to the developers. */
import { statfs } from 'node:fs/promises';
import * as os from 'node:os';
import type { CallOutput } from '../../preload/contract.ts';
import { bytes } from '../../preload/format.ts';
import type { Engine } from '../engine/engine.ts';
import { defaultProfile } from '../engine/profile/paths.ts';
import type { SavedServer } from '../engine/profile/settings.ts';
import { storeFiles } from '../engine/store/files.ts';
import { inspect } from '../engine/store/integrity.ts';
import { type LogFile, openLog } from '../log/log-file.ts';
import { version } from '../version.ts';
import { settingsView } from './views.ts';

/** Bytes of the log that a report ends with. */
const tailMost = 256 * 1024;
/** Transfers whose problems are counted. */
const problemsMost = 1_000;

type Rows = readonly (readonly [name: string, value: string | number | boolean])[];

const section = (title: string, rows: Rows): string =>
  [title, ...(rows.length === 0 ? ['  none'] : rows.map(([name, value]) => `  ${name}: ${value}`))].join('\n');

/** Codes are words of this program. A row that was damaged may hold anything in their place. */
const codeOf = (code: string): string => (/^[a-z][a-z0-9-]{0,60}$/.test(code) ? code : 'unreadable');

const tally = (values: readonly string[]): Rows => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
};

const freeSpace = async (folder: string): Promise<string> => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bytes(bavail * bsize);
  } catch {
    return 'unknown';
  }
};

/** Looks at the whole database, as at a start. */
const integrityOf = async (engine: Engine): Promise<string> => {
  try {
    return (await inspect(storeFiles(engine.store.path).database).finding) ? 'damaged' : 'ok';
  } catch {
    return 'could not be checked';
  }
};

/** A server without its name, address and texts, which may hold anything. */
const serverRow = (engine: Engine, saved: SavedServer): readonly [string, string] => {
  const plain = Object.entries(engine.servers.fields(saved) ?? {}).filter(([, value]) => typeof value !== 'string');
  const { proxy = 'system' } = saved;
  const words = [
    saved.kind,
    `credentials: ${saved.secret.vault}`,
    `proxy: ${proxy === 'system' || proxy === 'none' ? proxy : 'own'}`,
    ...(saved.caFile === undefined ? [] : ['own certificate authority']),
    ...(saved.pin === undefined ? [] : ['pinned certificate']),
    ...plain.map(([key, value]) => `${key}: ${value}`),
    ...(saved.id === engine.settings.get().defaultServerId ? ['default'] : []),
  ];
  return [saved.id, words.join(', ')];
};

const logRows = (log: LogFile): Rows => [
  ['level', log.level],
  ...(log.silent === undefined
    ? []
    : [['not written', `${log.silent.code}, ${log.silent.lines} lines are missing`] as const]),
];

const programRows = (version: string): Rows => [
  ['Stevedore', version],
  ['Node', process.versions.node],
  ...('electron' in process.versions ? [['Electron', process.versions.electron] as const] : []),
  ['SQLite', process.versions['sqlite'] ?? 'unknown'],
  ['running for', `${Math.round(process.uptime())} s`],
];

const systemRows = async (profile: string): Promise<Rows> => [
  ['platform', `${process.platform} ${os.release()} ${process.arch}`],
  ['memory', `${bytes(os.freemem())} free of ${bytes(os.totalmem())}`],
  ['processors', os.availableParallelism()],
  ['profile', profile === defaultProfile() ? 'in the default folder' : 'in another folder'],
  ['free space for the profile', await freeSpace(profile)],
];

type Report = CallOutput<'app.diagnostics'>;

/** A report of its sections. `now`: ms since the epoch. */
const reportOf = (sections: readonly string[], log: LogFile | undefined, now: number): Report => {
  const at = new Date(now).toISOString();
  const names = log?.level === 'debug';
  const head =
    'Stevedore diagnostics\n' +
    `Made at ${at}. Read this file before you send it.\n` +
    'It holds no passwords, tokens, keys, links, addresses or paths. Its log names the hosts of your servers' +
    (names ? ',\nand your files, because the log level is debug.' : '.\nIt holds no file names.');
  const lines = (log?.tail(tailMost) ?? []).join('\n');
  return {
    name: `stevedore-diagnostics-${at.slice(0, 19).replaceAll(/[:T]/g, '-')}.txt`,
    text: `${[head, ...sections, lines].join('\n\n')}\n`,
  };
};

/** Makes the report, and a name for its file. Never holds a secret, a link, an address, a path, or a file name below `debug`. */
export const diagnostics = async (
  engine: Engine,
  { profile, log }: { readonly profile: string; readonly log?: LogFile },
  now = Date.now(),
): Promise<Report> => {
  const { queue, servers, store } = engine;
  const { rows: stuck } = store.transfers.page({ states: ['attention', 'failed', 'waiting'] }, 'newest', {
    limit: problemsMost,
  });
  const { byState, count } = store.transfers.totals();
  const { running, problem } = queue.status;
  const sections = [
    section('Program', programRows(version)),
    section('System', await systemRows(profile)),
    section(
      'Settings',
      Object.entries(settingsView(engine)).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.join(', ') : (value ?? 'none'),
      ]),
    ),
    section(
      'Servers',
      servers.all().map((saved) => serverRow(engine, saved)),
    ),
    section('Queue', [
      ['running', running],
      ...(problem === undefined ? [] : [['stopped by', codeOf(problem.code)] as const]),
      ['transfers', count],
      ...Object.entries(byState),
    ]),
    section('Problems of transfers', tally(stuck.flatMap((row) => (row.problem ? [codeOf(row.problem.code)] : [])))),
    section('Notices of this start', tally(engine.notices().map(({ code }) => code))),
    section('Database', [['integrity', await integrityOf(engine)]]),
    section('Log', log === undefined ? [['level', 'off']] : logRows(log)),
  ];
  return reportOf(sections, log, now);
};

/** The report of a profile that could not be opened: what is known without it, and its log. `reason`: the problem's code. */
export const startFailureReport = async (profile: string, reason: string, now = Date.now()): Promise<Report> => {
  const log = openLog({ folder: profile, level: 'info' });
  const sections = [
    section('Program', programRows(version)),
    section('System', await systemRows(profile)),
    section('Profile', [['could not be opened', codeOf(reason)]]),
  ];
  return reportOf(sections, log, now);
};
