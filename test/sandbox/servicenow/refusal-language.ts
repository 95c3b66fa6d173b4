import type { Moods } from './moods.ts';
import { ApiError, DATA_POLICY } from './types.ts';

type Words = { policy: string; labels: Record<string, string> };

/** Data policies refuse in the language of whoever asks, labels and all. Our own translation: only its shape counts. */
const WORDS: Record<Exclude<Moods['refusalLanguage'], 'en'>, Words> = {
  de: {
    policy: 'Datenrichtlinienausnahme: Die folgenden Felder sind obligatorisch: ',
    labels: {
      Location: 'Standort',
      'Resolution code': 'Lösungscode',
      'Resolution notes': 'Lösungshinweise',
      'On hold reason': 'Wartegrund',
      'Additional comments': 'Zusätzliche Kommentare',
    },
  },
  fr: {
    policy: 'Exception de politique de données : Les champs suivants sont obligatoires : ',
    labels: {
      Location: 'Emplacement',
      'Resolution code': 'Code de résolution',
      'Resolution notes': 'Notes de résolution',
      'On hold reason': 'Raison de la mise en attente',
      'Additional comments': 'Commentaires supplémentaires',
    },
  },
};

export function inLanguage(error: ApiError, language: Moods['refusalLanguage']): ApiError {
  if (language === 'en' || !error.detail?.startsWith(DATA_POLICY)) return error;
  const { policy, labels } = WORDS[language];
  const named = error.detail.slice(DATA_POLICY.length).split(', ');
  return new ApiError(error.status, error.message, policy + named.map((label) => labels[label] ?? label).join(', '));
}
