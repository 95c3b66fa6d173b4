import type { operations as english } from '../en/operations.ts';

export const operations: Record<keyof typeof english, string> = {
  'operations.help': 'diese Übersicht, oder mehr über ein Wort',
  'operations.incident': 'einen Incident melden oder ansehen',
  'operations.incident.text':
    'Was du nach dem Wort schreibst, wird die Kurzbeschreibung; gemeldet wird erst, wenn du auf „Incident melden“ drückst.',
  'operations.show': 'ein Ticket ansehen; die Nummer allein genügt',
  'operations.show.words': 'Was du hinter die Nummer schreibst, biete ich dir als Kommentar dazu an.',
  'operations.show.kinds':
    'Führende Nullen kannst du weglassen. Das geht mit jeder Art von Ticket: Incidents, Requests, Changes, Problems, Tasks und denen eurer eigenen Firma.',
  'operations.list': 'deine Tickets, oder die dir zugewiesenen',
  'operations.list.usual': 'Ohne weitere Wörter: deine eigenen offenen Incidents.',
  'operations.search': 'Tickets mit Wörtern suchen',
  'operations.search.words':
    'Alle Wörter müssen in der Kurzbeschreibung oder der Beschreibung vorkommen; höchstens fünf.',
  'operations.watch': 'erfahren, wenn sich ein Ticket ändert',
  'operations.watch.by-itself':
    'Tickets, die du hier meldest, die dir zugewiesen sind oder die auf deine Genehmigung warten, beobachtest du von selbst.',
  'operations.unwatch': 'von einem Ticket nichts mehr hören',
  'operations.approvals': 'was auf deine Genehmigung wartet',
  'operations.subscribe': 'diesem Kanal von Tickets berichten, die zu einem Filter passen',
  'operations.subscribe.rights':
    'Das läuft mit deinen eigenen Rechten: Der Kanal erfährt, was du sehen darfst. Schreib es im Kanal; ich muss dort Mitglied sein.',
  'operations.unsubscribe': 'ansehen, ändern oder beenden, wovon dieser Kanal erfährt',
  'operations.settings': 'was du erfahren willst, und wann',
  'operations.connect': 'dein ServiceNow-Konto verbinden',
  'operations.connect.link':
    'Du bekommst einen Link, der einmal gilt, zehn Minuten lang. Ich handle dann in ServiceNow als du und als niemand sonst.',
  'operations.disconnect': 'die Verbindung widerrufen und vergessen',
  'operations.whoami': 'mit welchem ServiceNow-Konto du verbunden bist',

  'help.heading': 'Was ich für dich tun kann',
  'help.heading.topic': 'So geht es',
  'help.type': 'Was du schreiben kannst:',
  'help.or': 'oder',
  'help.synonyms': 'Das verstehe ich auch: {words}.',
  'help.where':
    '<b>Wo es geht:</b> als Slash-Befehl, als Nachricht an mich ohne den Schrägstrich, oder wenn du mich erwähnst.',
  'help.threads': 'In Threads erlaubt Slack keine Slash-Befehle; erwähne mich dort stattdessen.',
  'help.number': 'Um ein Ticket zu sehen, genügt seine Nummer, z. B. <code>/snow INC0010023</code>.',
};
