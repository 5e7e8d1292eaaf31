import { refuse } from './answer.ts';
import type { Call } from './call.ts';
import type { FileRow } from './files.ts';
import { decodeId, encodeId } from './ids.ts';
import { openShare } from './share-rules.ts';
import { type ShareRow, type User, rootOf } from './site.ts';
import { type Uri, parseUri } from './uri.ts';

/** Where an address leads to. */
export interface Place {
  readonly uri: Uri;
  readonly root: FileRow;
  /** The share that it goes through. */
  readonly share?: ShareRow;
}

const READ_ONLY = ['trash', 'share', 'shared_with_me'];

/** A place in the asking user's own space; others are refused as the real server refuses to write there. */
export function ownPlace(call: Call, text: string): Place & { readonly owner: User } {
  const uri = parseUri(text);
  if (!call.user) throw refuse.login();
  if (READ_ONLY.includes(uri.space)) throw refuse.unsupported();
  if (uri.space !== 'my') throw refuse.nothing();
  if (uri.owner !== '' && decodeId(uri.owner, 'user') === undefined) throw refuse.noPath();
  if (uri.owner !== '' && uri.owner !== encodeId(call.user.id, 'user')) throw refuse.denied();
  return { uri, root: rootOf(call.site, call.user), owner: call.user };
}

/** A place that is read: the user's own space, or what a share shows. */
export function readPlace(call: Call, text: string): Place {
  const uri = parseUri(text);
  if (uri.space !== 'share') return ownPlace(call, text);
  const { share, file } = openShare(call.site, uri.owner, uri.password);
  return { uri, root: file, share };
}

/** The file or folder at a place; 40016 where there is none. */
export function find(call: Call, place: Place): FileRow {
  const { files } = call.site;
  const { root, share, uri } = place;
  // a share of one file shows it as the only thing in a folder
  if (share && root.type === 0) {
    if (uri.segments.length === 1 && uri.segments[0] === root.name) return root;
    throw refuse.noPath();
  }
  const { at, left } = files.walk(root, uri.segments);
  if (left.length > 0) throw refuse.noPath();
  return at;
}
