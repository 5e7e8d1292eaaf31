import { runStore } from '../program.ts';

runStore('ks3');
