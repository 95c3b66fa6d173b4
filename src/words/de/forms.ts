import type { forms as english } from '../en/forms.ts';

export const forms: Record<keyof typeof english, string> = {
  'form.unreadable': 'Ich konnte das Formular nicht lesen. Öffne es bitte noch einmal.',

  'words-form.comment.title': 'Kommentieren',
  'words-form.comment.label': 'Dein Kommentar',
  'words-form.comment.hint': 'Die meldende Person und das Team können ihn lesen.',
  'words-form.comment.submit': 'Kommentieren',
  'words-form.reopen.title': 'Wieder öffnen',
  'words-form.reopen.label': 'Was stimmt noch nicht?',
  'words-form.reopen.hint': 'Das Team liest es als Kommentar.',
  'words-form.reopen.submit': 'Wieder öffnen',
  'words-form.reject.title': 'Ablehnen',
  'words-form.reject.label': 'Warum lehnst du ab?',
  'words-form.reject.hint': 'Wer darum gebeten hat, kann es lesen.',
  'words-form.reject.submit': 'Ablehnen',
  'words-form.empty': 'Schreib bitte ein paar Wörter.',

  'settings.title': 'Was ich erfahre',
  'settings.kinds': 'Schreib mir, wenn',
  'settings.kind.state': 'sich der Status ändert oder etwas gelöst ist',
  'settings.kind.comments': 'jemand kommentiert',
  'settings.kind.assignment': 'jemand es übernimmt, oder ein anderes Team',
  'settings.kind.priority': 'sich die Priorität ändert',
  'settings.kind.other': 'sich sonst etwas ändert',
  'settings.automatic': 'Berichte mir ungefragt von',
  'settings.automatic.filed': 'Tickets, die ich melde',
  'settings.automatic.assigned': 'Tickets, die mir zugewiesen sind',
  'settings.automatic.approval': 'Genehmigungen, die auf mich warten',
  'settings.times':
    'Die Zeiten gelten in der Zeitzone deines Slack-Profils. Was in der Ruhezeit passiert, erzähle ich gesammelt, wenn sie endet.',
  'settings.no-time': 'Keine Zeit',
  'settings.quiet-from': 'Ruhe ab',
  'settings.quiet-until': 'Ruhe bis',
  'settings.digest': 'Stattdessen eine Nachricht am Tag, um',
  'settings.until-when': 'Bis wann soll ich still sein?',
  'settings.from-when': 'Ab wann soll ich still sein?',
};
