/** One meddler over two places: whatever a test wants broken is broken where it comes by first. */
import type { Meddler } from './meddler.ts';

/** `first` gives the address; both are closed with it. */
export const bothOf = (first: Meddler, second: Meddler): Meddler => {
  const whichever = async (set: (one: Meddler) => Promise<void>): Promise<void> => {
    await Promise.race([set(first), set(second)]);
    await Promise.all([first.heal(), second.heal()]);
  };
  const both = async (act: (one: Meddler) => unknown): Promise<void> => {
    await Promise.all([act(first), act(second)]);
  };
  return {
    url: first.url,
    port: first.port,
    bodies: () => [...first.bodies(), ...second.bodies()],
    strike: (which, fault, struck) => whichever((one) => one.strike(which, fault, struck)),
    swallowAnswer: (which) => whichever((one) => one.swallowAnswer(which)),
    mute: (which) => whichever((one) => one.mute(which)),
    cut: (which, after) => whichever((one) => one.cut(which, after)),
    hold: (which, until) => whichever((one) => one.hold(which, until)),
    holdAnswer: (which, until) => whichever((one) => one.holdAnswer(which, until)),
    answer: (which, status, headers, body) => whichever((one) => one.answer(which, status, headers, body)),
    shape: (shape) => void both((one) => one.shape(shape)),
    block: (on) => void both((one) => one.block(on)),
    reset: () => void both((one) => one.reset()),
    sever: () => both((one) => one.sever()),
    heal: () => both((one) => one.heal()),
    get passed() {
      const [a, b] = [first.passed, second.passed];
      return { up: a.up + b.up, down: a.down + b.down };
    },
    close: () => both((one) => one.close()),
  };
};
