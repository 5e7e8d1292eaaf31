import { StrictEmitter } from './strict.ts';
import { held, type Main } from './types.ts';

class PowerMonitor extends StrictEmitter {
  constructor() {
    super('powerMonitor', ['suspend', 'resume', 'on-ac', 'on-battery', 'shutdown', 'lock-screen', 'unlock-screen']);
  }

  isOnBatteryPower(): boolean {
    return false;
  }

  getSystemIdleTime(): number {
    return 0;
  }
}

held<PowerMonitor, Main['powerMonitor']>();

export const powerMonitor = new PowerMonitor();
