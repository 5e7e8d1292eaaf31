/** Names of files and servers in the system's own menus, which can neither cut nor isolate them. */
import { visible } from '../../preload/bounds.ts';
import { isolate, leftward } from '../../preload/isolate.ts';

const segmenter = new Intl.Segmenter();

/** Letters of a name. */
const most = 40;
/** Of these, letters of its end, so that the extension stays. */
const tail = 15;

/** A name as a menu shows it: its middle gives way, and its direction leaves what stands beside it alone. */
export const menuName = (name: string): string => {
  const letters = Array.from(segmenter.segment(visible(name).slice(0, 1_000)), ({ segment }) => segment);
  const cut =
    letters.length <= most
      ? letters.join('')
      : `${letters.slice(0, most - tail - 1).join('')}…${letters.slice(-tail).join('')}`;
  return leftward.test(cut) ? isolate(cut) : cut;
};
