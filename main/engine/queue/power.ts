/** Pauses the queue while the machine runs on its battery, where the user wants that. */
import { problem } from '../../../preload/problems.ts';
import type { Battery } from '../battery.ts';
import type { Queue } from './queue.ts';

export type PowerPorts = {
  readonly queue: Pick<Queue, 'status' | 'halt' | 'start'>;
  readonly battery: Battery;
  /** The setting, as it is now. */
  readonly pauses: () => boolean;
  /** How often the battery is asked, ms. */
  readonly every?: number;
};

/** A queue that was paused by this, and by nothing else. */
const isPaused = ({ status }: PowerPorts['queue']): boolean => status.problem?.code === 'on-battery';

/** Follows the battery. A user who resumes uploads on it has the last word until the machine is plugged in again. */
export class Power {
  readonly #ports: PowerPorts;
  readonly #timer: NodeJS.Timeout;
  readonly #unlisten: (() => void) | undefined;
  /** The user wants uploads on the battery, this once. */
  #anyway = false;
  /** The queue was paused here, and nobody has resumed it as far as is known. */
  #paused = false;

  constructor(ports: PowerPorts) {
    this.#ports = ports;
    this.#timer = setInterval(() => this.look(), ports.every ?? 30_000);
    this.#timer.unref();
    this.#unlisten = ports.battery.onChange?.(() => this.look());
  }

  /** Pauses or resumes the queue as the battery and the setting are now. To be called when the setting changes, too. */
  look(): void {
    const { queue, pauses } = this.#ports;
    if (this.#paused && !isPaused(queue)) {
      this.#paused = false;
      this.#anyway = queue.status.running;
    }
    const drains = this.#ports.battery.isOn();
    if (!drains) this.#anyway = false;
    const holds = drains && pauses() && !this.#anyway;
    if (holds && queue.status.running) {
      queue.halt(problem('on-battery'));
      this.#paused = true;
    }
    if (!holds && isPaused(queue)) {
      this.#paused = false;
      // What keeps it from starting is shown by the queue itself.
      queue.start().catch(() => undefined);
    }
  }

  /** Starts the queue. What was paused here stays paused, unless the user wants it to run `anyway`. */
  async start(anyway = false): Promise<void> {
    const { queue } = this.#ports;
    if (!anyway && isPaused(queue)) return;
    if (anyway) this.#anyway = true;
    await queue.start();
    this.look();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#unlisten?.();
  }
}
