import { runStore } from '../program.ts';

runStore('onedrive');
