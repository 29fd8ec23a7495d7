import type { Modality } from '../item.ts';

/** What the numbers of the modality tensor mean. */
export const modalities = ['text', 'image'] as const satisfies readonly Modality[];
