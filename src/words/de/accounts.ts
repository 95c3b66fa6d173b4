import type { accounts as english } from '../en/accounts.ts';

export const accounts: Record<keyof typeof english, string> = {
  'accounts.why.none':
    'Verbinde zuerst dein ServiceNow-Konto. Ich handle dann als du, mit deinen eigenen Rechten, und als niemand sonst.',
  'accounts.why.broken':
    'ServiceNow nimmt deine Verbindung nicht mehr an. Das kommt etwa alle hundert Tage vor, oder wenn jemand sie widerruft. Verbinde dich neu, und ich mache dort weiter, wo ich aufgehört habe; verloren geht nichts.',
  'accounts.why.other':
    'Du hast darum gebeten, als ein anderes ServiceNow-Konto verbunden war, darum habe ich es mit diesem nicht getan. Ich hebe es eine Woche auf: Verbinde jenes Konto wieder, und ich mache weiter. Oder bitte neu darum.',
  'accounts.open-link': '{why} Öffne diesen Link innerhalb von zehn Minuten: {url}',
  'accounts.link-works': 'Der Link gilt einmal, nur für dich, zehn Minuten lang.',
  'accounts.link-works.as-you':
    'Der Link gilt einmal, nur für dich, zehn Minuten lang. Ich handle dann in ServiceNow als du und als niemand sonst.',
  'accounts.connected':
    'Du bist verbunden als <b>{name}</b> ({userName}) auf {instance}. Wenn du das nicht bist, trenne die Verbindung sofort.',
  'accounts.who-am-i': 'Du bist verbunden als <b>{name}</b> ({userName}) auf {instance} seit dem {since, date, day}.',
  'accounts.not-connected':
    'Du bist nicht mit {instance} verbunden. Tippe /snow connect {alias}, um dich zu verbinden.',
  'accounts.to-end':
    'Um eine Verbindung zu trennen, tippe ihren Namen hinter das Wort, z. B. /snow disconnect {alias}.',
  'accounts.ends':
    'Deine Verbindung zu ServiceNow endet am {day, date, day}, nach hundert Tagen. Bis dahin geht alles. Verbinde dich jetzt neu, das dauert eine Minute, und nichts wird unterbrochen.',
  'accounts.connect-again': 'Neu verbinden',
  'accounts.disconnect.label': 'Die Verbindung mit diesem ServiceNow-Konto trennen',
  'accounts.go-on': 'Weiter',
  'accounts.go-on.incident': 'Weiter mit deinem Incident',
  'accounts.go-on.subscribe': 'Weiter mit deinem Abonnement',
};
