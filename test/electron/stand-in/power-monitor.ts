import type { PowerEvent } from './control.ts';
import { Preventable, StrictEmitter } from './strict.ts';
import { held, type Main } from './types.ts';

export const happens = Symbol('happens');

class PowerMonitor extends StrictEmitter {
  constructor() {
    super('powerMonitor', ['suspend', 'resume', 'on-ac', 'on-battery', 'shutdown', 'lock-screen', 'unlock-screen']);
  }

  #onBattery = false;

  isOnBatteryPower(): boolean {
    return this.#onBattery;
  }

  /** What the system does. Returns whether the app held up a shutdown. */
  [happens](event: PowerEvent): boolean {
    if (event === 'on-battery') this.#onBattery = true;
    if (event === 'on-ac') this.#onBattery = false;
    const given = new Preventable();
    this.emit(event, ...(event === 'shutdown' ? [given] : []));
    return given.defaultPrevented;
  }

  getSystemIdleTime(): number {
    return 0;
  }
}

held<PowerMonitor, Main['powerMonitor']>();

export const powerMonitor = new PowerMonitor();
