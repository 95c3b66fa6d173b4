import type { pages as english } from '../en/pages.ts';

export const pages: Record<keyof typeof english, string> = {
  'pages.again': 'Geh zurück zu Slack und schreib /snow connect, um einen neuen Link zu bekommen.',
  'pages.nothing-connected': 'Es wurde nichts verbunden.',
  'pages.nothing-connected.again':
    'Es wurde nichts verbunden. Geh zurück zu Slack und schreib /snow connect, um einen neuen Link zu bekommen.',
  'pages.once-more':
    'Versuch es noch einmal. Geh zurück zu Slack und schreib /snow connect, um einen neuen Link zu bekommen.',

  'pages.preview.title': 'ServiceNow mit {person} verbinden',
  'pages.preview.what':
    'Du bist dabei, „{person}“ aus dem Slack-Workspace „{workspace}“ mit deinem Konto in ServiceNow ({instance}) handeln zu lassen.',
  'pages.preview.what.nameless':
    'Du bist dabei, „{person}“ aus deinem Slack-Workspace mit deinem Konto in ServiceNow ({instance}) handeln zu lassen.',
  'pages.preview.is-it-you':
    'Bist du {person}? Wenn nicht, schließ diese Seite: Jemand hat dir einen Link geschickt, der nicht für dich ist.',
  'pages.preview.next': 'Als Nächstes bittet dich ServiceNow, dich anzumelden und den Zugang zu erlauben.',
  'pages.preview.continue': 'Weiter als {person}',

  'pages.stale-link.title': 'Dieser Link ist abgelaufen oder wurde schon benutzt',
  'pages.stale-link.why': 'Ein Link zum Verbinden gilt einmal, zehn Minuten lang.',

  'pages.linked.title': 'Du bist verbunden',
  'pages.linked.as': 'Slack handelt jetzt in ServiceNow ({instance}) als {name} ({userName}).',
  'pages.linked.close':
    'Du kannst diese Seite schließen. In Slack wartet eine Nachricht auf dich, und es geht dort mit dem weiter, worum du gebeten hast.',

  'pages.ask.title': 'Bist das beide Male du?',
  'pages.ask.slack': 'In Slack: {who}.',
  'pages.ask.servicenow': 'In ServiceNow: {who}.',
  'pages.ask.refuse-if-not':
    'Wenn du sie verbindest, kann {slack} in ServiceNow als {user} handeln. Wenn du eins davon nicht bist, lehn ab.',
  'pages.ask.yes': 'Ja, beide bin ich',
  'pages.ask.no': 'Nein, ablehnen',

  'pages.refused.title': 'Diese beiden Konten gehören nicht zusammen',
  'pages.refused.inactive': 'Eins der beiden Konten ist nicht aktiv.',
  'pages.refused.no-email':
    'Um sicher zu sein, dass {slack} und {user} dieselbe Person sind, vergleiche ich die E-Mail-Adressen, und Slack zeigt mir keine. Die Administration kann sie eintragen.',
  'pages.refused.hidden-email':
    'Um sicher zu sein, dass {slack} und {user} dieselbe Person sind, vergleiche ich die E-Mail-Adressen, und ServiceNow zeigt mir für {userName} keine. Die ServiceNow-Administration kann sie eintragen oder dich deine eigene lesen lassen.',
  'pages.refused.other-email':
    'Du hast dich bei ServiceNow als {user} angemeldet, aber dieser Link gehört {slack} in Slack, und die E-Mail-Adressen sind verschieden. Wenn dir jemand den Link geschickt hat, benutz ihn nicht. Wenn du mehrere ServiceNow-Konten hast, melde dich dort ab und versuch es mit dem richtigen noch einmal.',
  'pages.access.revoked': 'Es wurde nichts verbunden, und der Zugang ist zurückgegeben.',
  'pages.access.in-use':
    'Es wurde nichts verbunden. Die Verbindung, die dein ServiceNow-Konto schon hat, funktioniert weiter.',
  'pages.access.unproved':
    'Es wurde nichts verbunden, und ich habe den Zugang vergessen, aber ServiceNow hat nicht bestätigt, dass es ihn auch vergessen hat. Um sicher zu sein, öffne ServiceNow, Self-Service, My Connected Apps, und widerrufe ihn dort.',

  'pages.stale.title': 'Diese Anmeldung kenne ich nicht',
  'pages.stale.why': 'Die Zeit ist abgelaufen, sie war schon fertig, oder sie hat nicht hier begonnen.',
  'pages.other-browser.title': 'Diese Anmeldung hat in einem anderen Browser begonnen',
  'pages.other-browser.why':
    'Zu deiner Sicherheit muss sie dort enden, wo sie begonnen hat, mit erlaubten Cookies. Es wurde nichts verbunden.',
  'pages.denied.title': 'Es wurde nichts verbunden',
  'pages.denied.why': 'Du hast Nein gesagt, darum ändert sich nichts.',
  'pages.denied.otherwise':
    'Wenn du es dir anders überlegst: Geh zurück zu Slack und schreib /snow connect, um einen neuen Link zu bekommen.',
  'pages.unable.title': 'ServiceNow konnte dich nicht verbinden',
  'pages.unable.why':
    'Es hat vor dem Ende aufgehört, darum wurde nichts verbunden. Versuch es noch einmal. Geh zurück zu Slack und schreib /snow connect, um einen neuen Link zu bekommen.',
  'pages.unable.administrator':
    'Passiert es wieder, sag der Administration Bescheid: Der Grund steht im Log dieses Dienstes.',
  'pages.foreign-answer.title': 'Diese Antwort ist nicht die, die ich erwartet habe',
  'pages.foreign-answer.why':
    'Was von ServiceNow kam, sah nicht so aus, wie es sollte, darum habe ich es nicht benutzt. Es wurde nichts verbunden.',
  'pages.grant-refused.title': 'ServiceNow hat den Zugang nicht herausgegeben',
  'pages.grant-refused.administrator':
    'Passiert es wieder, sag der Administration Bescheid: Client-ID, Client-Secret und Redirect-URL in ServiceNow müssen zu diesem Dienst passen, der Eintrag muss aktiv sein, und die Uhren beider müssen übereinstimmen.',

  'pages.trouble.title': 'Das hat gerade nicht geklappt',
  'pages.trouble.unforeseen': 'Bei uns ist etwas schiefgegangen.',
  'pages.trouble.perhaps': 'Vielleicht bist du schon verbunden: Schreib in Slack /snow whoami, um nachzusehen.',
  'pages.outsider.title': 'Ich kann dich nicht verbinden',

  'pages.own-form': 'Dieses Formular wird nur von seiner eigenen Seite aus abgeschickt',
  'pages.not-welcome':
    'Nur bestimmte Workspaces dürfen diese App installieren, und deiner gehört nicht dazu. Es wurde nichts installiert. Wer diesen Dienst betreibt, kann ihn in SLACK_INSTALL_TEAMS aufnehmen.',
};
