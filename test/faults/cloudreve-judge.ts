/** Compares what Cloudreve sites have with the files that were sent, byte for byte, and looks for what is too much. */
import type { Holder, Site } from './cloudreve-sites.ts';
import type { Program, Seen } from './program.ts';
import type { File } from './world.ts';

/** Where a file was to go. */
export type Plan = {
  readonly site: Site;
  readonly holder: Holder;
  readonly folder: string;
  readonly share: boolean;
};

/** A file with its plan, and what the program says of it. */
export type Sent = Plan & { readonly file: File; readonly row: Seen | undefined };

const pathOf = ({ folder, file }: Sent): string => `${folder === '/' ? '' : folder}/${file.wish.name}`;

/** Files that did not arrive whole, each in words. */
export const findLost = async (all: readonly Sent[]): Promise<readonly string[]> => {
  const lost: string[] = [];
  for (const sent of all) {
    const { file, row, site, holder } = sent;
    const path = pathOf(sent);
    const stored = await site.stored(holder, path);
    const marked = stored !== null && Object.keys(stored.metadata).some((key) => key.startsWith('sys:upload'));
    const whole = stored?.sha256 === file.sha256 && !marked && stored.source !== '';
    if (row?.state === 'done' && whole) continue;
    const state = `${row?.state ?? 'not in the list'} ${row?.problem?.code ?? ''}`.trim();
    const there = `${stored?.size ?? 'nothing'} of ${file.wish.size} bytes${marked ? ', an upload' : ''}`;
    lost.push(`${holder.name}: ${path}: ${state}, ${there}`);
  }
  return lost;
};

/** What one account has too much or too little of. `doubled`: how many of these are second copies. */
const judgeHolder = async (
  program: Program,
  site: Site,
  holder: Holder,
  sent: readonly Sent[],
): Promise<{ readonly doubled: number; readonly wrong: readonly string[] }> => {
  const wrong: string[] = [];
  const note = (words: string): void => void wrong.push(`${holder.name}: ${words}`);
  const { files, used, shares } = await site.holdings(holder);
  const expected = new Set(sent.map(pathOf));
  let doubled = 0;
  for (const { path, session } of files) {
    if (session !== undefined) note(`${path}: still an upload`);
    if (expected.has(path)) continue;
    doubled++;
    note(`${path}: nobody sent it there`);
  }
  for (const one of sent) {
    const stored = await site.stored(holder, pathOf(one));
    if (stored === null || stored.entities.length <= 1) continue;
    doubled++;
    note(`${pathOf(one)}: ${stored.entities.length} versions`);
  }
  const room = sent.reduce((sum, { file }) => sum + file.wish.size, 0);
  if (used !== room) note(`${used} bytes are used, of ${room}`);

  const asked = sent.filter(({ share }) => share);
  const keys = new Set(asked.flatMap(({ row }) => row?.share?.key ?? []));
  for (const one of asked) {
    const key = one.row?.share?.key;
    if (shares.get(key ?? '') !== pathOf(one))
      note(`${pathOf(one)}: its share ${key ?? ''} is ${shares.get(key ?? '') ?? 'not there'}`);
  }
  for (const id of [...shares.keys()].filter((one) => !keys.has(one))) {
    doubled++;
    note(`share ${id}: nobody knows of it`);
  }
  await program.ask(async (client) => {
    const serverId = site.serverIds.get(holder.name) ?? '';
    const { rows } = await client.call('leftovers.list', { serverId });
    for (const { path, kind } of rows) note(`${path}: left over (${kind})`);
    const kept = await client.call('shares.list', { serverId, limit: 1000 });
    for (const key of keys) if (!kept.rows.some((share) => share.key === key)) note(`share ${key}: not kept`);
  });
  return { doubled, wrong };
};

/** All accounts of all sites. */
export const judgeHolders = async (
  program: Program,
  sites: readonly Site[],
  all: readonly Sent[],
): Promise<{ readonly doubled: number; readonly wrong: readonly string[] }> => {
  let doubled = 0;
  const wrong: string[] = [];
  for (const site of sites)
    for (const holder of site.holders) {
      const own = all.filter((sent) => sent.holder === holder);
      const judged = await judgeHolder(program, site, holder, own);
      doubled += judged.doubled;
      wrong.push(...judged.wrong);
    }
  return { doubled, wrong };
};
