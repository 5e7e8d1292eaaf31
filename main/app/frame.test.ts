import { expect, test } from 'vitest';
import { frame } from './frame.ts';

test('the system’s buttons stand in the page’s title bar, in its colours', () => {
  for (const platform of ['linux', 'win32'])
    for (const dark of [false, true]) {
      const { backgroundColor, titleBarStyle, titleBarOverlay, trafficLightPosition } = frame(platform, dark);
      expect(titleBarStyle).toBe('hidden');
      expect(titleBarOverlay?.color).toBe(backgroundColor);
      expect(titleBarOverlay?.symbolColor).not.toBe(backgroundColor);
      expect(trafficLightPosition).toBeUndefined();
    }
  expect(frame('linux', true).backgroundColor).not.toBe(frame('linux', false).backgroundColor);
});

test('macOS keeps its lights, and draws no second set of buttons', () => {
  expect(frame('darwin', false)).toMatchObject({
    titleBarStyle: 'hiddenInset',
    trafficLightPosition: { x: 16, y: 15 },
  });
  expect(frame('darwin', false)).not.toHaveProperty('titleBarOverlay');
});
