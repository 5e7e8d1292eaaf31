import { runStore } from '../program.ts';

runStore('cos');
