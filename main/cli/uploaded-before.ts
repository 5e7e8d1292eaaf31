/** Files that were uploaded before: skipped, with what they are known by. */
import type { CallOutput } from '../../preload/contract.ts';
import { time } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Out } from './out.ts';

type Before = CallOutput<'transfers.add'>['before'];

/** Says of each file where it is, on standard output as a new link would be. */
export const tellBefore = (out: Out, before: Before): void => {
  for (const { path, name, link, at, proof } of before ?? []) {
    if (out.json)
      out.object({
        event: 'skipped',
        skipped: 'uploaded-before',
        path,
        name,
        link: link ?? null,
        at,
        proof: proof ?? null,
      });
    else
      out.line(
        link === undefined
          ? m.terminal_before_verified({ name, at: time(at) })
          : m.terminal_before_link({ name, link }),
        'note',
      );
  }
};

/** Says how many were skipped. */
export const countBefore = (out: Out, before: Before): void => {
  if (before !== undefined && before.length > 0 && !out.json)
    out.aside(m.terminal_before_count({ count: before.length }), 'note');
};
