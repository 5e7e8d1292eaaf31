/** What a notification says when all files of a batch have ended. */
import { visible } from '../../preload/bounds.ts';
import { duration } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { sentences, type News, type NewsAction } from './news.ts';

export type BatchEnd = {
  readonly names: readonly string[];
  readonly serverName: string;
  /** Files of it that are uploaded and verified. */
  readonly done: number;
  /** Names of its files that were not sent, as the user wanted where a name is taken. */
  readonly leftOut: readonly string[];
  readonly of: number;
  readonly links: readonly string[];
  /** The links as they are copied; absent: as they are. */
  readonly text?: string;
  readonly copied: boolean;
  /** ms until the only file expires; absent for several, or where it stays. */
  readonly expiresIn?: number;
};

/** Links that are in the clipboard already are not offered again. */
const linkActions = ({ links, text = links.join('\n'), copied }: BatchEnd): readonly NewsAction[] => {
  const [first] = links;
  if (first === undefined) return [];
  return [
    ...(copied ? [] : [{ label: m.news_copy({ count: links.length }), act: { does: 'copy', text } } as const]),
    ...(links.length > 1 ? [] : [{ label: m.news_open(), act: { does: 'open', link: first } } as const]),
  ];
};

/** Nothing is uploaded, and some of it was skipped. */
const leftOutNews = (leftOut: readonly string[], serverName: string): News => ({
  kind: 'done',
  title:
    leftOut.length === 1
      ? m.news_left_out({ name: visible(leftOut[0] ?? '') })
      : m.news_left_out_several({ count: leftOut.length }),
  body: m.news_left_out_detail({ count: leftOut.length, server: serverName }),
  actions: [],
  view: 'queue',
});

/** What is said when all of a batch has ended; nothing where all of it failed or was cancelled: that is known. */
export const batchNews = (end: BatchEnd): News | undefined => {
  const { names, serverName, done, leftOut, links, copied, expiresIn } = end;
  const [first] = names;
  if (done === 0 || first === undefined) return leftOut.length === 0 ? undefined : leftOutNews(leftOut, serverName);
  const rest = { kind: 'done', actions: linkActions(end), view: 'queue' } as const;
  const name = visible(first);
  const of = end.of - leftOut.length;
  const isCopied = copied && links.length > 0;
  if (end.of === 1) {
    const expires = expiresIn === undefined || expiresIn <= 0 ? '' : m.news_expires({ time: duration(expiresIn) });
    const title = isCopied ? m.news_link_copied() : m.news_done_one({ name });
    return { ...rest, title, body: sentences(m.news_verified_one({ name, server: serverName }), expires) };
  }
  const title =
    done < of
      ? m.news_done_part({ done, all: of })
      : done === 1
        ? m.news_done_one({ name })
        : m.news_done_all({ count: done });
  const verified = m.news_verified({ count: done, server: serverName });
  const out = leftOut.length === 0 ? '' : m.news_drop_left_out({ count: leftOut.length });
  const linked = m.news_links_copied({ count: links.length });
  return { ...rest, title, body: sentences(verified, out, isCopied ? linked : '') };
};
