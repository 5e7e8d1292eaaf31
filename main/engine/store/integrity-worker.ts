import { parentPort, workerData } from 'node:worker_threads';
import { fileHasDamage, type Finding } from './integrity.ts';

const look = (): Finding => {
  try {
    return { hasDamage: fileHasDamage(String(workerData)) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'unknown' };
  }
};

parentPort?.postMessage(look());
