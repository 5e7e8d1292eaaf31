/** The file changes between its chunks, within one, and between two runs: no mixture is ever called done. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { expect, it } from 'vitest';
import { onEachServer } from './each-server.ts';
import type { OneUpload } from './one-upload.ts';

type Change = {
  readonly what: string;
  readonly make: (path: string) => void;
  /** Brings back the file as it was, with its identity. Absent: the change is for good. */
  readonly undo?: (path: string) => void;
  readonly code: 'file-changed' | 'file-missing';
};

const away = (path: string): string => `${path}.away`;
const sameSize = (path: string): Buffer => randomBytes(readFileSync(path).length);

const changes: readonly Change[] = [
  { what: 'is removed', make: (path) => unlinkSync(path), code: 'file-missing' },
  {
    what: 'is renamed',
    make: (path) => renameSync(path, away(path)),
    undo: (path) => renameSync(away(path), path),
    code: 'file-missing',
  },
  { what: 'grows', make: (path) => appendFileSync(path, 'more'), code: 'file-changed' },
  { what: 'shrinks', make: (path) => truncateSync(path, readFileSync(path).length - 5), code: 'file-changed' },
  {
    what: 'is replaced',
    make: (path) => {
      writeFileSync(`${path}.new`, sameSize(path));
      renameSync(`${path}.new`, path);
    },
    code: 'file-changed',
  },
  {
    what: 'changes, and its modification time is put back',
    make: (path) => {
      copyFileSync(path, `${path}.time`);
      execFileSync('touch', ['-r', path, `${path}.time`]);
      writeFileSync(path, sameSize(path));
      execFileSync('touch', ['-r', `${path}.time`, path]);
    },
    code: 'file-changed',
  },
];

/** Stops in a question about the file, and is never called done before. */
const isAsked = async (upload: OneUpload, code: Change['code']): Promise<void> => {
  expect(await upload.reached('attention', 'done', 'failed')).toBe('attention');
  expect(upload.row?.problem?.code).toBe(code);
};
/** The answer that fits brings the file to its server as it is then. */
const isAnswered = async (upload: OneUpload, { what, code, make, undo }: Change): Promise<void> => {
  if (code === 'file-missing' && undo === undefined) writeFileSync(upload.path, randomBytes(150_000));
  else undo?.(upload.path);
  await upload.queue.wish({ ids: [upload.id] }, 'retry');
  if (undo === undefined) {
    await isAsked(upload, 'file-changed');
    await upload.decide('upload-changed');
  }
  expect(await upload.reached('done', 'failed'), `${what} ${String(make)}`).toBe('done');
  expect(await upload.isStored()).toBe(true);
  if (undo !== undefined) expect(await upload.mostBodies()).toBe(1);
};

onEachServer('a file that', ({ upload }) => {
  for (const change of changes) {
    it.each([
      ['between two chunks', 'acknowledged'],
      ['within a chunk', 'sending'],
    ] as const)(`${change.what} %s`, async (_when, moment) => {
      const made = await upload(4);
      let changed = false;
      const make = (chunks: number): void => {
        if (chunks !== 1 || changed) return;
        changed = true;
        change.make(made.path);
      };
      await made.open({ [moment]: make });
      await made.queue.start();
      await isAsked(made, change.code);
      await isAnswered(made, change);
      await made.close();
    });

    it(`${change.what} between two runs`, async () => {
      const made = await upload(4);
      await made.open({
        acknowledged: (chunks) => {
          if (chunks === 2) void made.queue.wish({ ids: [made.id] }, 'pause');
        },
      });
      await made.queue.start();
      await made.reached('paused');
      await made.close();
      change.make(made.path);
      await made.open();
      await made.queue.start();
      await made.queue.wish({ ids: [made.id] }, 'resume');
      await isAsked(made, change.code);
      await isAnswered(made, change);
      await made.close();
    });
  }
});
