/**
 * The states of a transfer. Types, schemas, queries, counts and buttons derive every group of states from this table.
 *
 * The store's generated columns and partial indexes repeat parts of it in SQL, because a released migration never changes.
 * A test compares them with it (`main/engine/store/states.test.ts`).
 */

/** The sections of the queue, in the order in which a window shows them and in which the store numbers them. */
export const sections = ['needs-you', 'under-way', 'waiting', 'failed', 'next', 'paused', 'done'] as const;
export type Section = (typeof sections)[number];

type Facts = {
  /**
   * `active`: a lane works on it. `pending`: it starts or resumes automatically. `held`: it waits for the user. `ended`: it is
   * over, with an entry in the history. The list shows active ones first and ended ones last.
   */
  readonly phase: 'active' | 'pending' | 'held' | 'ended';
  readonly section: Section;
  /** Nothing is left to do, and nothing of it on the server is still needed. A failed one can continue, so it is not final. */
  readonly final?: true;
  /** Who can retry it. `all`: a retry of everything means it, too. `named`: only a retry that names it. */
  readonly retry?: 'all' | 'named';
};

const table = {
  queued: { phase: 'pending', section: 'next' },
  preparing: { phase: 'active', section: 'under-way' },
  opening: { phase: 'active', section: 'under-way' },
  uploading: { phase: 'active', section: 'under-way' },
  waiting: { phase: 'pending', section: 'waiting' },
  finishing: { phase: 'active', section: 'under-way' },
  verifying: { phase: 'active', section: 'under-way' },
  done: { phase: 'ended', section: 'done', final: true },
  failed: { phase: 'ended', section: 'failed', retry: 'all' },
  paused: { phase: 'held', section: 'paused' },
  cancelled: { phase: 'ended', section: 'done', final: true, retry: 'named' },
  attention: { phase: 'held', section: 'needs-you', retry: 'all' },
} as const satisfies Readonly<Record<string, Facts>>;

/**
 * What a transfer in the state `waiting` waits for, and the section that shows it. In the section `under-way` it also has the
 * place in the list of what is active.
 */
const waits = {
  time: 'waiting',
  network: 'waiting',
  server: 'waiting',
  schedule: 'waiting',
  // Every byte is there, and the server is at work on the file.
  'server-work': 'under-way',
} as const satisfies Readonly<Record<string, Section>>;

export type TransferState = keyof typeof table;
export type WaitReason = keyof typeof waits;
type StateIn<P extends Facts['phase']> = {
  [S in TransferState]: (typeof table)[S]['phase'] extends P ? S : never;
}[TransferState];
export type ActiveState = StateIn<'active'>;
/** How a transfer ended. */
export type Ending = StateIn<'ended'>;

const facts: Readonly<Record<TransferState, Facts>> = table;
const sectionOfWait: Readonly<Record<WaitReason, Section>> = waits;

export const transferStates = Object.keys(table) as readonly TransferState[];
export const waitReasons = Object.keys(waits) as readonly WaitReason[];

const inPhase = <P extends Facts['phase']>(...phases: readonly P[]): readonly StateIn<P>[] =>
  transferStates.filter((state): state is StateIn<P> => (phases as readonly string[]).includes(facts[state].phase));

/** A lane works on them: at the next start they are read back and their server is asked. */
export const activeStates = inPhase('active');
/** They start or resume automatically, and no lane has them now. */
export const pendingStates = inPhase('pending');
/** They move or will move: what *Pause all* means. */
export const pausableStates = inPhase('active', 'pending');
/** What *Resume all* means: what is paused, and what is still being paused. */
export const resumableStates: readonly TransferState[] = ['paused', ...pausableStates];
/** What a retry of everything means. What the user cancelled or skipped is retried only by name. */
export const retriedStates = transferStates.filter((state) => facts[state].retry === 'all');
/** Nothing happens to them until the user acts. */
export const restingStates = inPhase('held', 'ended');
export const endedStates = inPhase('ended');
export const unendedStates = inPhase('active', 'pending', 'held');
export const finalStates = transferStates.filter((state) => facts[state].final === true);
/** They may still need what they have on the server. */
export const unfinishedStates = transferStates.filter((state) => facts[state].final !== true);

/** A damaged row may hold any text for a state: it belongs to no group. */
const oneOf = <S extends string = TransferState>(states: readonly NoInfer<S>[]): ((state: S) => boolean) => {
  const set: ReadonlySet<S> = new Set(states);
  return (state) => set.has(state);
};

export const isActive = oneOf(activeStates);
export const isPausable = oneOf(pausableStates);
export const isResting = oneOf(restingStates);
export const hasEnded = oneOf(endedStates);
export const isFinal = oneOf(finalStates);
/** It has started and continues automatically. */
export const isRunning = oneOf(pausableStates.filter((state) => state !== 'queued'));
/** It rests before its end: the user can resume or retry it where it stopped. */
export const isStopped = oneOf(restingStates.filter((state) => !isFinal(state)));
/** The user can retry it by name. */
export const isRetryable = oneOf(transferStates.filter((state) => facts[state].retry !== undefined));

/** The states of a group, whose files get one share. `open`: it waits for them. `merging`: the server is asked to join them. */
export const groupStates = ['open', 'merging', 'done', 'failed'] as const;
export type GroupState = (typeof groupStates)[number];
export const unendedGroupStates: readonly GroupState[] = ['open', 'merging'];
export const isGroupUnended = oneOf<GroupState>(unendedGroupStates);

/** The states of a share. `revoking`: the request is about to leave, or its answer was lost. */
export const shareStates = ['live', 'revoking', 'revoked', 'forgotten'] as const;
export type ShareState = (typeof shareStates)[number];
/** Its key may still open something on the server. */
export const validShareStates: readonly ShareState[] = ['live', 'revoking'];
export const isShareValid = oneOf<ShareState>(validShareStates);

/**
 * The states of the message that goes out about an upload once it is done. `planned`: the upload is not done yet. `waiting`: it
 * is sent automatically. `sending`: the request is about to leave, or has left. `unknown`: its answer was lost. `failed`: it
 * certainly was not sent, and the user decides. `skipped`: the user does not want it sent.
 */
export const deliveryStates = ['planned', 'waiting', 'sending', 'sent', 'unknown', 'failed', 'skipped'] as const;
export type DeliveryState = (typeof deliveryStates)[number];
/** It is sent, or its answer comes, without the user. */
export const movingDeliveries = ['waiting', 'sending'] as const satisfies readonly DeliveryState[];
/** The user decides what becomes of it. */
export const askingDeliveries = ['unknown', 'failed'] as const satisfies readonly DeliveryState[];
export const isDeliveryMoving = oneOf<DeliveryState>(movingDeliveries);
export const isDeliveryAsking = oneOf<DeliveryState>(askingDeliveries);

/** The section that shows a transfer. A completed one whose message needs the user is shown with what needs them. */
export const sectionOf = ({
  state,
  waitFor,
  delivery,
}: {
  readonly state: TransferState;
  readonly waitFor?: WaitReason | undefined;
  readonly delivery?: { readonly state: DeliveryState } | undefined;
}): Section => {
  if (delivery !== undefined && isDeliveryAsking(delivery.state)) return 'needs-you';
  return state === 'waiting' && waitFor !== undefined ? sectionOfWait[waitFor] : facts[state].section;
};

/** Whether the rows of a section are in the order that the user gives them. */
export const isOrdered = (section: Section): boolean => ['waiting', 'next', 'paused'].includes(section);

/** How many transfers are in any of these states. */
export const countIn = (byState: Readonly<Record<TransferState, number>>, states: readonly TransferState[]): number =>
  states.reduce((sum, state) => sum + byState[state], 0);
