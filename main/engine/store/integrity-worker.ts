import { parentPort, workerData } from 'node:worker_threads';
import { findDamageIn, type Finding } from './integrity.ts';

const look = (): Finding => {
  try {
    return { damage: findDamageIn(String(workerData)) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'unknown' };
  }
};

parentPort?.postMessage(look());
