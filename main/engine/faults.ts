/** Errors that nobody expected, wherever they are caught. What writes them down subscribes to this channel. */
import { channel } from 'node:diagnostics_channel';

/** Its messages are the thrown values. */
export const faults = channel('stevedore:fault');
