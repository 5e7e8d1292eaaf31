/** A seeded generator (mulberry32), so that a run that failed can be run again. Uniform in [0, 1). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Bytes that no two seeds share, fast enough for gigabytes. */
export const randomBytes = (random: () => number, length: number): Buffer => {
  const out = Buffer.allocUnsafe(Math.ceil(length / 4) * 4);
  for (let at = 0; at < out.length; at += 4) out.writeUInt32LE((random() * 4_294_967_296) >>> 0, at);
  return out.subarray(0, length);
};
