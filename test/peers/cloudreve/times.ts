/** What the real server writes for a time that was never set. */
export const UNSET_TIME = '0001-01-01T00:00:00Z';

/** A time as the real server writes it: in its zone, without trailing zeros. */
export function formatTime(ms: number, zoneMinutes: number): string {
  const date = new Date(ms + zoneMinutes * 60_000);
  const [day, fraction = ''] = date.toISOString().replace('Z', '').split('.');
  const decimals = fraction.replace(/0+$/, '');
  return `${day ?? ''}${decimals && `.${decimals}`}${formatZone(zoneMinutes)}`;
}

function formatZone(minutes: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  const [hours, rest] = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0'));
  return `${minutes < 0 ? '-' : '+'}${hours ?? ''}:${rest ?? ''}`;
}
