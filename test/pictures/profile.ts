/** A profile with something of everything in it: what pictures, and tests of the window's looks, are made from. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../main/engine/store/open.ts';
import type { Delivery, NewTransfer, TransferPatch } from '../../main/engine/store/rows.ts';
import { problem, type Problem } from '../../preload/problems.ts';

const GB = 1e9;
const MB = 1e6;
const day = 86_400_000;

type Wanted = {
  readonly name: string;
  readonly server: keyof typeof servers;
  readonly size: number;
  readonly folder?: readonly string[];
  /** Of the size, acknowledged. */
  readonly part?: number;
  readonly state?: NonNullable<TransferPatch['state']>;
  readonly problem?: Problem;
  readonly wait?: Pick<TransferPatch, 'waitFor' | 'waitUntil'>;
  readonly link?: string;
  /** ms ago. */
  readonly ended?: number;
  /** ms from now. */
  readonly expires?: number;
  /** Who gets a message about it, what that says, and what became of it. */
  readonly message?: { readonly recipient: string; readonly message: string };
  readonly delivery?: Delivery['state'];
};

const servers = {
  hafen: { id: '0c0f6a52-4d0e-4a39-9a0e-5a1f0f1d0001', name: 'Hafen', host: 'drop.hafenwerk.example' },
  team: { id: '0c0f6a52-4d0e-4a39-9a0e-5a1f0f1d0002', name: 'Team Transfer', host: 'send.nord.example' },
  design: { id: '0c0f6a52-4d0e-4a39-9a0e-5a1f0f1d0003', name: '设计云盘', host: 'pan.design.example' },
  office: { id: '0c0f6a52-4d0e-4a39-9a0e-5a1f0f1d0004', name: 'مكتب الميناء', host: 'office.port.example' },
  forum: { id: '0c0f6a52-4d0e-4a39-9a0e-5a1f0f1d0005', name: 'Lotsenforum', host: 'forum.lotsen.example' },
  data: { id: '0c0f6a52-4d0e-4a39-9a0e-5a1f0f1d0006', name: 'Messdaten', host: 'nest.messdaten.example' },
} as const;

const chunkSize = 25 * MB;

const rows = (now: number): readonly Wanted[] => [
  {
    name: '施工图 第三标段 改订版(最终)2026-11.zip',
    server: 'design',
    size: 9.8 * GB,
    part: 0.42,
    state: 'attention',
    problem: problem('password-wrong', { server: servers.design.name }),
  },
  {
    name: 'Kassenbuch 2026.xlsx',
    server: 'hafen',
    size: 4.2 * MB,
    part: 0,
    state: 'attention',
    problem: problem('file-changed', { path: '/home/ada/Büro/Kassenbuch 2026.xlsx', what: 'size' }),
  },
  {
    name: 'Rundbrief Dezember 2026.pdf',
    server: 'forum',
    size: 1.2 * MB,
    state: 'done',
    link: '/media/pm/5e1f7c40/Rundbrief.pdf',
    ended: 4 * 60_000,
    message: { recipient: '1042', message: 'Der Rundbrief für Dezember, wie besprochen.' },
    delivery: 'unknown',
  },
  {
    name: 'Hafenrundfahrt Rohschnitt 2026-11-18 Kamera B – Langfassung mit Ton.mxf',
    server: 'team',
    size: 3.1 * GB,
    part: 0.62,
    state: 'uploading',
    folder: ['Projekte', 'Hafen'],
  },
  {
    name: 'Скан архива, том 4 (1987–1991), с поправками.tiff',
    server: 'hafen',
    size: 843 * MB,
    part: 0.88,
    state: 'uploading',
  },
  { name: 'dataset-berlin-tiles-0412.tar.zst', server: 'hafen', size: 20.1 * GB, part: 0.07, state: 'uploading' },
  {
    name: 'قائمة الشحن – نوفمبر ٢٠٢٦.xlsx',
    server: 'team',
    size: 2.3 * MB,
    part: 1,
    state: 'verifying',
    folder: ['Fracht'],
  },
  { name: 'Modell_Halle_7.ifc', server: 'team', size: 1.4 * GB, part: 0, state: 'preparing' },
  {
    name: 'Abnahmeprotokolle_2026.pdf',
    server: 'hafen',
    size: 61 * MB,
    part: 1,
    state: 'waiting',
    wait: { waitFor: 'server-work', waitUntil: now + 20_000 },
  },
  {
    name: 'backup-2026-11-20T0300.tar.zst',
    server: 'office',
    size: 14.9 * GB,
    part: 0.41,
    state: 'waiting',
    wait: { waitFor: 'server', waitUntil: now + 38_000 },
  },
  {
    name: 'teaser_60s_master_prores.mov',
    server: 'team',
    size: 5.7 * GB,
    part: 0.39,
    state: 'waiting',
    wait: { waitFor: 'network' },
  },
  { name: 'kundenportal_db_dump_vor_migration.sql.gz', server: 'hafen', size: 420 * MB, part: 0.28, state: 'paused' },
  {
    name: 'disk-image-pier4-2026-11.img',
    server: 'hafen',
    size: 64.2 * GB,
    state: 'failed',
    problem: problem('too-large', {
      name: 'disk-image-pier4-2026-11.img',
      size: 64.2 * GB,
      limit: 50 * GB,
      server: servers.hafen.name,
    }),
  },
  ...Array.from({ length: 212 }, (_, n) => ({
    name: `Hafenfest 2026 ${String(n + 1).padStart(3, '0')}.jpg`,
    server: 'hafen' as const,
    size: (5 + ((n * 7) % 9)) * MB,
    folder: ['Fotos Hafenfest 2026'],
  })),
  {
    name: 'Angebot_Reederei_v7.pdf',
    server: 'hafen',
    size: 2.1 * MB,
    state: 'done',
    link: '/d?k7m2',
    ended: 8 * 60_000,
  },
  {
    name: 'teaser_15s_ohne_untertitel.mp4',
    server: 'team',
    size: 184 * MB,
    state: 'done',
    link: '/d?9qh2',
    ended: 23 * 60_000,
  },
  {
    name: 'Protokoll Lotsentreffen.pdf',
    server: 'forum',
    size: 0.8 * MB,
    state: 'done',
    link: '/media/pm/81c2ab09/Protokoll.pdf',
    ended: 31 * 60_000,
    message: { recipient: '1042', message: 'Das Protokoll von gestern.' },
    delivery: 'sent',
  },
  { name: 'pier-4-messreihe-0412.parquet', server: 'data', size: 640 * MB, state: 'done', ended: 42 * 60_000 },
  { name: 'mitschnitt_betriebsversammlung.m4a', server: 'office', size: 61 * MB, state: 'done', ended: 50 * 60_000 },
  { name: 'alte_fassung_nicht_senden.pptx', server: 'hafen', size: 12 * MB, state: 'cancelled', ended: 70 * 60_000 },
  ...[
    'Übergabeprotokoll Pier 4, Fassung mit allen Anlagen.pdf',
    'Инструкция по креплению груза, ред. 5.docx',
    'lieferavis_week47.csv',
    'pier-4-drone-survey.laz',
  ].map((name, n) => ({
    name,
    server: n % 2 === 0 ? ('team' as const) : ('hafen' as const),
    size: (n + 1) * 38 * MB,
    state: 'done' as const,
    link: `/d?m3x${n}`,
    ended: (n + 1) * day + n * 47 * 60_000,
    ...(n === 3 ? { expires: 3 * 3_600_000 + 10 * 60_000 } : {}),
  })),
];

const stendSettings = (host: string, n: number): object => ({
  webUrl: `https://${host}`,
  showHtmlExtension: false,
  apiVersion: '2.2.3',
  chunkSize,
  fileMaxSize: (n === 3 ? 10 : 50) * GB,
  fileMaxAge: 2_592_000,
  maxTransfersInMerge: 50,
  requirePassword: n === 2,
  recommendedExpireTimes: [86_400, 604_800, 2_592_000],
  front: 'buffered',
  checkedAt: 1_763_000_000_000,
});

/** Servers with accounts, by the key of their server. */
const withAccounts: Readonly<Partial<Record<keyof typeof servers, object>>> = {
  forum: {
    kind: 'selfcommunity',
    account: 'ada',
    settings: { version: 1, value: { dialect: 'current', chunkSize: 204_800, fileLimit: 10_485_760 } },
  },
  data: {
    kind: 'filesnest',
    settings: {
      version: 1,
      value: { api: 'head', uploadMaxSize: 8_388_608, chunkSize: 8_388_608, lanes: 4, checkedAt: 1_763_000_000_000 },
    },
  },
};

const savedServers = (): readonly object[] =>
  Object.entries(servers).map(([key, { id, name, host }], n) => ({
    id,
    kind: 'stend',
    name,
    address: key in withAccounts ? `https://${host}` : `https://api.${host}`,
    settings: { version: 1, value: stendSettings(host, n) },
    secret: { vault: n === 2 || key in withAccounts ? 'file' : 'none' },
    addedAt: 1_763_000_000_000,
    ...withAccounts[key as keyof typeof servers],
  }));

/**
 * Writes the profile. `many`: so many more rows wait, paused where the queue of it is to run. Its servers do not exist.
 */
export const seedProfile = (folder: string, now: number, many = 0, paused = false): Promise<void> =>
  write(folder, now, paused, [
    ...rows(now),
    ...Array.from({ length: many }, (_, n) => ({
      name: `Messreihe ${String(n + 1).padStart(6, '0')}.csv`,
      server: 'team' as const,
      size: (1 + (n % 90)) * MB,
    })),
  ]);

/** The same profile some days on: all is done, and nothing new has come. */
export const seedQuiet = (folder: string, now: number): Promise<void> =>
  write(
    folder,
    now,
    false,
    rows(now).filter(({ ended = 0 }) => ended >= day),
  );

const deliveryOf = (state: Delivery['state'], at: number, server: string): Delivery => ({
  state,
  at: at + 1_000,
  ...(state === 'unknown' ? { problem: problem('message-unknown', { server }) } : {}),
});

const write = async (folder: string, now: number, paused: boolean, all: readonly Wanted[]): Promise<void> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ servers: savedServers(), defaultServerId: servers.hafen.id, defaultExpirySeconds: 604_800 }),
    { mode: 0o600 },
  );
  const store = openStore({ folder });
  const added = all.map((row): NewTransfer => {
    const path = `/home/ada/${[...(row.folder ?? ['Filme']), row.name].join('/')}`;
    return {
      serverId: servers[row.server].id,
      path,
      name: row.name,
      folder: row.folder ?? [],
      size: row.size,
      identity: { path, size: row.size, mtimeNs: '1763000000000000000', fileId: '1:2' },
      options: row.message === undefined ? {} : { extra: row.message },
      groupId: undefined,
      priority: 0,
      createdAt: now - (row.ended ?? 0) - 20 * 60_000,
      wish: paused || row.state === 'paused' ? 'pause' : 'run',
      notices: [],
    };
  });
  const ids = store.transfers.add(added);
  // As they came about: what ended first was written first.
  for (const [n, row] of [...all.entries()].sort(([, a], [, b]) => (b.ended ?? 0) - (a.ended ?? 0))) {
    const id = ids[n] ?? 0;
    if (row.state === undefined) continue;
    const name = servers[row.server].name;
    if (row.state === 'done' || row.state === 'failed' || row.state === 'cancelled') {
      const at = now - (row.ended ?? 60_000);
      const share = {
        key: row.link?.split(/[?/]/).at(row.server === 'forum' ? 3 : -1) ?? `key${id}`,
        ...(row.server in withAccounts
          ? {}
          : { deleteKey: 'never shown', expiresAt: now + (row.expires ?? 7 * day - (row.ended ?? 0)) }),
        ...(row.link === undefined ? {} : { link: `https://${servers[row.server].host}${row.link}` }),
      };
      store.transfers.update(id, { startedAt: at - 95_000 });
      if (row.state === 'done') {
        store.transfers.opened(id, { version: 1, value: { key: 'k' } }, row.size, []);
        store.transfers.chunkAcknowledged(id, 0, row.size, {});
      }
      store.transfers.end(id, row.state, at, name, {
        ...(row.state === 'done'
          ? { share, proof: { by: 'stored-length', detail: `Content-Length: ${row.size}` } }
          : {}),
        ...(row.problem === undefined ? {} : { problem: row.problem }),
        ...(row.delivery === undefined ? {} : { delivery: deliveryOf(row.delivery, at, name) }),
      });
      continue;
    }
    const chunks = Math.ceil(row.size / chunkSize);
    const stored = Math.floor(chunks * (row.part ?? 0));
    if ((row.part ?? 0) > 0) {
      store.transfers.opened(id, { version: 1, value: { key: 'k' } }, chunkSize, []);
      for (let index = 0; index < stored; index++) {
        const size = Math.min(chunkSize, row.size - index * chunkSize);
        store.transfers.chunkAcknowledged(id, index, size, {});
      }
      if (row.state === 'uploading') {
        store.transfers.chunkInFlight(id, stored, chunkSize);
        store.transfers.chunkWritten(id, stored, chunkSize * 0.6);
      }
      store.transfers.log(id, now - 25 * 60_000, problem('front-buffers', { server: name }));
      store.transfers.log(id, now - 22 * 60_000, problem('no-network'));
    }
    store.transfers.update(id, {
      state: row.state,
      startedAt: now - 30 * 60_000,
      ...row.wait,
      ...(row.problem === undefined ? {} : { problem: row.problem }),
      ...(row.state === 'waiting' ? { attempts: 2 } : {}),
    });
  }
  await store.close();
};
