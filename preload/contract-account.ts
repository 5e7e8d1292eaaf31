/** Calls about accounts: signing in step by step, folders and shares of an account, what broken uploads left there. */
import { z } from 'zod';
import { call, id, newServer, nothing, problem, server, serverId, vaultKind } from './contract-parts.ts';
import type { ReasonCode } from './problems/reasons.ts';

const way = z.enum(['password', 'browser', 'token']);
/** `oauth`: what `browser` was called before. */
const wayGiven = way.or(z.literal('oauth').transform((): 'browser' => 'browser'));
/** What a server's sign-in page keeps may be long. */
const answers = z.record(z.string().max(100), z.string().max(100_000));
/** On the server: begins with `/`, which is the account's own root. */
const remotePath = z.string().min(1).max(8_000).startsWith('/');
const cursor = z.string().max(4_000);
const remoteId = z.string().min(1).max(1_000);
/** What has forgotten its upload is known by its path. */
const leftoverId = z.string().min(1).max(9_000);
/** Servers take such names for ways to elsewhere. */
const isStraight = (path: string): boolean => !path.split('/').some((name) => name === '.' || name === '..');
const notStraight: ReasonCode = 'path-elsewhere';

const signInField = z.object({
  /** Key of its answer. */
  key: z.string(),
  type: z.enum(['text', 'email', 'password', 'otp', 'image-text', 'token']),
  label: z.string(),
  /** A line that says where a person finds it. */
  hint: z.string().optional(),
  /** Of `image-text`: a `data:image/png;base64,` address of the picture whose text is asked for. */
  image: z.string().optional(),
});

/** A question of a sign-in, or its end. */
export const signInStep = z.union([
  z.object({
    ask: z.array(signInField),
    /** Goes back with the answers; good for one step, and 15 minutes. */
    carry: z.string(),
    /** What was wrong with the last answers. */
    notice: problem.optional(),
    /** The other ways that this server offers. */
    ways: z.array(way),
    /**
     * The server's own page, where only a browser can sign in: the answer to the one field is what the page keeps in its
     * local storage under that name. See `window.signInPage`.
     */
    page: z.object({ address: z.string(), stored: z.string() }).optional(),
    /** Of `browser`: what the server's administrator has to enter for this app, exactly. */
    redirect: z.string().optional(),
    /**
     * The page where the person agrees in a browser. Ask again with `carry` until another step comes: each answer
     * takes up to 20 s. The one field takes the address that the browser came to, where that shows nothing.
     */
    authorize: z.object({ page: z.string() }).optional(),
  }),
  z.object({ server, notices: z.array(problem) }),
]);

/** Absent: as it is, or the server's usual; null: without. */
const terms = z.strictObject({
  expirySeconds: z.int().positive().nullable().optional(),
  downloads: z.int().positive().nullable().optional(),
  password: z.string().min(1).max(1_000).nullable().optional(),
});

const remoteShare = z.strictObject({
  id: remoteId,
  link: z.string().max(8_000).optional(),
  name: z.string().max(8_000),
  path: z.string().max(8_000).refine(isStraight, notStraight).optional(),
  createdAt: z.number(),
  expiresAt: z.number().optional(),
  downloads: z.strictObject({ left: z.number().optional(), counted: z.number() }).optional(),
  /** Whether it asks for one. */
  password: z.boolean().optional(),
  expired: z.boolean(),
  size: z.number().optional(),
});

const folderPage = z.object({
  folders: z.array(z.object({ name: z.string(), path: z.string() })),
  next: z.string().optional(),
  canWrite: z.boolean(),
});

const leftover = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  /** Bytes of room that it holds. */
  size: z.number(),
  since: z.number().optional(),
  /** `unfinished`: the upload is still known there; `empty`: only a name that takes up space. */
  kind: z.enum(['unfinished', 'empty']),
});

const refusedIds = z.array(z.object({ id: z.string(), problem }));

export const accountCalls = {
  /**
   * Signs in, a step a call: to a server that is saved, which then goes on with what waited, or to a new one, which is
   * saved at the end. The answers to a step come with its `carry`. Nothing is saved before the last step.
   */
  'servers.signIn': call(
    z.union([
      z.strictObject({
        serverId,
        way: wayGiven.default('password'),
        /** Where what signs in is kept; absent: where it was. Never chosen silently. */
        vault: vaultKind.optional(),
      }),
      newServer.extend({ way: wayGiven.default('password') }),
      z.strictObject({ carry: z.string().min(1).max(100), answers: answers.default({}) }),
    ]),
    signInStep,
  ),
  /** Gives a sign-in up that was begun: nothing of it is saved any more, whatever still comes. Over already is fine. */
  'servers.endSignIn': call(z.strictObject({ carry: z.string().min(1).max(100) }), nothing),
  /** Ends what is signed in, there and here. Its transfers stay, and wait for the next sign-in. */
  'servers.signOut': call(z.strictObject({ id: serverId }), z.object({ server, notices: z.array(problem) })),

  /** The folders of a folder, a page at a time. */
  'folders.list': call(
    z.strictObject({ serverId, path: remotePath.default('/'), after: cursor.optional() }),
    folderPage,
  ),
  /** Makes a folder, and those above it. */
  'folders.make': call(z.strictObject({ serverId, path: remotePath }), nothing),
  /** Room of the account, bytes; absent where the server does not tell. */
  'folders.capacity': call(
    z.strictObject({ serverId }),
    z.object({ capacity: z.object({ total: z.number(), used: z.number() }).optional() }),
  ),

  /** Shares what the account has already: by its path, or what an upload of this app stored there. */
  'shares.create': call(
    z.union([
      z.strictObject({ serverId, path: remotePath.refine(isStraight, notStraight), terms: terms.default({}) }),
      z.strictObject({ transferId: id, terms: terms.default({}) }),
    ]),
    z.object({ share: remoteShare }),
  ),
  /** All shares of the account, newest first, a page at a time. */
  'shares.remote': call(
    z.strictObject({ serverId, after: cursor.optional() }),
    z.object({ rows: z.array(remoteShare), next: z.string().optional() }),
  ),
  /** Changes what `terms` names, and nothing else. */
  'shares.edit': call(z.strictObject({ serverId, share: remoteShare, terms }), z.object({ share: remoteShare })),
  /** Takes shares of the account back, whoever made them. */
  'shares.revokeRemote': call(
    z.strictObject({ serverId, ids: z.array(remoteId).min(1).max(1_000) }),
    z.object({ revoked: z.array(z.string()), refused: refusedIds }),
  ),

  /** What broken uploads left in the account; not what is under way here. */
  'leftovers.list': call(z.strictObject({ serverId }), z.object({ rows: z.array(leftover) })),
  /** Looks again, and cleans those that are still left over. */
  'leftovers.clean': call(
    z.strictObject({ serverId, ids: z.array(leftoverId).min(1).max(10_000) }),
    z.object({ cleaned: z.array(z.string()), refused: refusedIds }),
  ),
} as const;

export type SignInView = z.output<typeof signInStep>;
export type RemoteShareView = z.output<typeof remoteShare>;
export type TermsView = z.output<typeof terms>;
export type LeftoverView = z.output<typeof leftover>;
