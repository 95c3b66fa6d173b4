import type { results as english } from '../en/results.ts';

export const results: Record<keyof typeof english, string> = {
  'typed.did-you-mean': '„{typed}“ kenne ich nicht. Meinst du „{command}“?',
  'typed.see-help': '„{typed}“ kenne ich nicht. Schreib „{command}“, um zu sehen, was ich kann.',
  'typed.alone': 'Falls du den Befehl meinst, schreib nur „{command}“.',
  'typed.file-it': 'Soll ich „{typed}“ als Incident melden? {instead}',
  'typed.not-for-anybody':
    '„{typed}“ kenne ich nicht, und nichts davon wurde gesendet. Antworte unter der Karte des Tickets.',
  'typed.not-for-anybody.number':
    '„{typed}“ kenne ich nicht, und nichts davon wurde gesendet. Antworte unter der Karte von {number}, oder öffne es in ServiceNow.',
  'typed.which': 'Welches Ticket? Schreib seine Nummer, z. B. /snow {word} INC0010023.',
  'typed.list': 'Ich kann „mine“ oder „assigned“ auflisten, jeweils „open“ oder „all“, z. B. /snow list assigned open.',
  'typed.search': 'Wonach soll ich suchen? Schreib ein paar Wörter, z. B. /snow search vpn homeoffice.',
  'typed.search.most':
    'Um Tickets zu finden, schreib höchstens {most, number} Wörter, z. B. /snow search vpn homeoffice.',
  'typed.in-channels':
    'Schreib das in einem Kanal: Abonnements sind für Kanäle. Für dich selbst beobachte ein Ticket, z. B. /snow watch INC0010023.',
  'typed.earlier': 'Ich verstehe nicht mehr, worum du vorhin gebeten hast. Schreib es bitte noch einmal.',

  'press.file-it': 'Als Incident melden',
  'press.file': 'Einen Incident melden',
  'press.help': 'Hilfe zeigen',
  'press.show': '{number} zeigen',
  'press.open': 'Öffnen',
  'press.opens-form': 'Drück auf die Schaltfläche, und ich öffne dir das Formular.',
  'press.opens-settings': 'Drück auf die Schaltfläche, und ich öffne dir deine Einstellungen.',
  'press.again': 'Drück noch einmal auf die Schaltfläche, und ich öffne dir das Formular.',
  'press.type-subscribe': 'Das Formular öffnet sich mit einem Slash-Befehl: Schreib /snow subscribe in diesem Kanal.',
  'press.cancel': 'Abbrechen',
  'press.close': 'Schließen',
  'press.save': 'Speichern',
  'press.connect': 'ServiceNow verbinden',
  'press.disconnect': 'Verbindung trennen',
  'press.out-of-date': 'Diese Schaltfläche kenne ich nicht mehr. Bitte mich um eine frische Nachricht.',
  'press.gone': 'Ich weiß nicht mehr, wofür diese Schaltfläche war. Such das Ticket bitte noch einmal heraus.',

  'result.this-ticket': 'diesem Ticket',
  'result.not-found':
    'Ich habe nichts mit der Nummer {number} gefunden ({kind}). Vielleicht gibt es das nicht, oder du darfst es nicht sehen.',
  'result.several': 'Es gibt {numbers}. Schreib die Nummer, die du meinst, mit allen Ziffern.',
  'result.not-watched': 'Von {number} hörst du inzwischen nichts mehr.',
  'result.watched': 'Du beobachtest {number}. Ich schreibe dir eine Direktnachricht, wenn sich etwas ändert.',
  'result.watched-already': 'Du beobachtest {number} schon.',
  'result.unwatched': 'Von {number} hörst du nichts mehr.',
  'result.was-not-watched': 'Von {number} hast du auch bisher nichts gehört.',
  'result.muted':
    'Von {number} hörst du keinen Ton mehr. Die Karte bleibt aktuell, aber ich schreibe dir nicht dazu. Um wieder davon zu hören, schreib /snow watch und die Nummer.',
  'result.quiet-for-a-day': 'Zu {number} bin ich einen Tag lang still und erzähle dir dann, was war.',
  'result.quiet-in-state': 'Zu {number} bin ich still, bis sich der Status ändert, und erzähle dir dann, was war.',
  'result.card-is-there': 'Zu {number} gibt es in dieser Unterhaltung schon eine eigene Nachricht.',
  'result.disconnect.was-not-linked': 'Du warst nicht verbunden, darum gab es nichts zu tun.',
  'result.disconnect.revoked': 'Die Verbindung ist getrennt. ServiceNow hat den Zugang vergessen, und ich auch.',
  'result.disconnect.in-use':
    'Hier ist die Verbindung getrennt. ServiceNow behält den Zugang, weil eine andere Verbindung desselben ServiceNow-Kontos ihn benutzt.',
  'result.disconnect.unproved':
    'Ich habe deinen Zugang vergessen, aber ServiceNow hat nicht bestätigt, dass es ihn auch vergessen hat. Um sicher zu sein, öffne ServiceNow, Self-Service, My Connected Apps, und widerrufe ihn dort.',
  'result.trying-again': 'Ich versuche es noch einmal und sage dir, wie es ausging.',
  'result.no-longer-kept': 'Das wartet nicht mehr: Es wurde gemeldet oder schon noch einmal versucht.',

  'list.mine-open': 'Deine offenen Incidents',
  'list.mine-open.none': 'Du hast keine offenen Incidents.',
  'list.mine-all': 'Alle deine Incidents',
  'list.mine-all.none': 'Du hast noch keine Incidents.',
  'list.assigned-open': 'Dir zugewiesene offene Tickets',
  'list.assigned-open.none': 'Dir ist nichts zugewiesen.',
  'list.assigned-all': 'Alle dir zugewiesenen Tickets',
  'list.assigned-all.none': 'Dir ist nichts zugewiesen.',
  'list.found': 'Incidents mit „{words}“',
  'list.found.none': 'Ich habe nichts gefunden, das du sehen darfst. Versuch es mit weniger oder anderen Wörtern.',
  'list.none-here': 'Auf dieser Seite ist nichts, das du sehen darfst. Sieh auf der nächsten nach.',
  'list.no-more': 'Das war alles.',
  'list.first-page': 'Erste Seite',
  'list.next-page': 'Nächste Seite',
  'list.details': 'Details',
};
