import type { home as english } from '../en/home.ts';

export const home: Record<keyof typeof english, string> = {
  'home.heading': 'ServiceNow in Slack',
  'home.connected': 'Du bist verbunden als <b>{name}</b> auf {instance}.',
  'home.link.none':
    'Verbinde dein ServiceNow-Konto, und ich kann als du Incidents melden und dir deine Tickets zeigen.',
  'home.link.broken': 'ServiceNow nimmt deine Verbindung nicht mehr an. Verbinde dich neu, damit es weitergeht.',
  'home.send-tickets': 'Schick mir meine Tickets',
  'home.away': 'ServiceNow antwortet gerade nicht, darum kann ich dir deine Tickets nicht zeigen.',
  'home.nothing-open': 'Nichts offen. Genieß die Ruhe.',
  'home.more': 'Das sind die neuesten. „Schick mir meine Tickets“ gibt dir alle, Seite für Seite.',
  'home.help': 'Schreib irgendwo <code>/snow help</code>, um zu sehen, was ich kann.',
};
