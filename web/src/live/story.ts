// How an entry of the timeline reads.
import type { TimelineEntry } from '../api/client';

export type Tone = 'good' | 'bad' | 'warn' | 'move' | 'plain';

export function toneOf(type: string): Tone {
  if (/\.(delivered|completed|done|resolved|returned)$/.test(type) || type === 'pod.created') return 'good';
  if (/\.(failed|declined|broken|aborted|expired|cancelled|withheld)$/.test(type)) return 'bad';
  if (/^exception\.|\.(paused|attempted|cancel_requested|escalated|unassigned|freed)$/.test(type)) return 'warn';
  if (/\.(enroute|started|arrived|assigned|custody_changed)$/.test(type)) return 'move';
  return 'plain';
}

const words = (value: string): string => value.replaceAll('_', ' ');

/** The why, as far as the entry tells it: a reason code in words, notes, or the detail itself when it is a sentence. */
export function reasonOf(entry: TimelineEntry): string {
  const { detail } = entry;
  if (typeof detail === 'string') return detail;
  if (typeof detail !== 'object' || detail === null) return '';
  const fields = detail as Record<string, unknown>;
  const parts: string[] = [];
  for (const name of ['reason', 'status', 'phase', 'outcome', 'custody', 'type', 'notes', 'text']) {
    const value = fields[name];
    // Whose hands it is in: the kind says it, the id is nothing to read.
    if (name === 'custody' && typeof value === 'string') parts.push(words(value.split(':', 1)[0] ?? value));
    else if (typeof value === 'string' && value && value !== 'none') parts.push(name === 'notes' || name === 'text' ? value : words(value));
  }
  return parts.slice(0, 3).join(', ');
}
