export { isolate, leftward } from '../../preload/isolate.ts';
