import { errors } from './errors.ts';
import { home } from './home.ts';
import { operations } from './operations.ts';
import { results } from './results.ts';

export const EN = { ...errors, ...home, ...operations, ...results } as const;
