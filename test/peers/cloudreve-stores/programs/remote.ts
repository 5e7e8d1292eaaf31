import { runStore } from '../program.ts';

runStore('remote');
