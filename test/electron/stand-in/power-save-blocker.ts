import { record } from './record.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

const started = new Set<number>();
let last = 0;

const start: Main['powerSaveBlocker']['start'] = () => {
  started.add(++last);
  record.saving = true;
  return last;
};

const members = {
  start,
  stop(id: number): boolean {
    const known = started.delete(id);
    record.saving = started.size > 0;
    return known;
  },
  isStarted: (id: number): boolean => started.has(id),
};

held<typeof members, Main['powerSaveBlocker']>();

/** `saving` in the record tells whether anything keeps the machine awake. */
export const powerSaveBlocker = strict('powerSaveBlocker', members);
