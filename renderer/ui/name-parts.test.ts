import { describe, expect, it } from 'vitest';
import { nameParts } from './name-parts.ts';

describe('a name in two parts', () => {
  it.each([
    ['Hafenrundfahrt Kamera B.mxf', 'Kamera B.mxf'],
    ['backup.20261130.configuration', '.configuration'],
    ['a.txt', 'xt'],
    ['Angebot und Lageplan.pdf', 'Lageplan.pdf'],
    // Letters of an Arabic word stay joined.
    ['تقرير شامل عن حركات السفن.pdf', 'حركات السفن.pdf'],
  ])('%s keeps its end', (name, tail) => {
    expect(nameParts(name)).toEqual([name.slice(0, name.length - tail.length), tail]);
  });

  it('is not divided within an accent or a figure of several characters', () => {
    const [head, tail] = nameParts('Urlaub mit der Familie 👩‍👩‍👧‍👦 ganz am Ende.jpg');
    expect(head + tail).toBe('Urlaub mit der Familie 👩‍👩‍👧‍👦 ganz am Ende.jpg');
    expect(nameParts('Cafe\u0301'.repeat(3))[1]).toBe('fe\u0301Cafe\u0301');
  });

  it.each([
    // Latin letters and digits at the end of a Hebrew or Arabic name, and a Hebrew word in a Latin one.
    ['דוח_ארוך_מאוד_על_כל_הנספחים_(final v3).xlsx', '_(final v3).xlsx'],
    ['النسخة النهائية من التقرير ٢٠٢٦١١٣٠.pdf', '٢٠٢٦١١٣٠.pdf'],
    ['Report of the year תקציר שנתי.pdf', 'תקציר שנתי.pdf'],
  ])('%s is divided beside what runs the other way, never within it', (name, tail) => {
    expect(nameParts(name)).toEqual([name.slice(0, name.length - tail.length), tail]);
  });

  it('without a place to divide near its end is divided at the next one after it', () => {
    expect(nameParts('דוח a_very_long_run_of_letters_without_any_end_and_more.xlsx')).toEqual([
      'דוח a_very_long_run_of_letters_without_any_end_and_more.xlsx',
      '',
    ]);
  });
});
