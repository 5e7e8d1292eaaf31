import { runStore } from '../program.ts';

runStore('obs');
