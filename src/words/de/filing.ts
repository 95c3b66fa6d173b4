import type { filing as english } from '../en/filing.ts';

export const filing: Record<keyof typeof english, string> = {
  'incident-form.title': 'Incident melden',
  'incident-form.submit': 'Incident melden',
  'incident-form.what': 'Kurzbeschreibung',
  'incident-form.what.example': 'Was nicht stimmt, in einer Zeile',
  'incident-form.description': 'Beschreibung',
  'incident-form.description.example': 'Was passiert ist, seit wann, und was du schon versucht hast',
  'incident-form.impact': 'Auswirkung',
  'incident-form.impact.hint': 'Wie viele Leute hält es auf?',
  'incident-form.urgency': 'Dringlichkeit',
  'incident-form.urgency.hint': 'Wie bald wird es gebraucht?',
  'incident-form.expected': 'Voraussichtliche Priorität: {priority}',
  'incident-form.category': 'Kategorie',
  'incident-form.category.choose': 'Wähl eine aus',
  'incident-form.item': 'Betroffener Dienst oder Gegenstand',
  'incident-form.item.type': 'Schreib mindestens zwei Buchstaben',
  'incident-form.caller': 'Für wen ist es?',
  'incident-form.caller.type': 'Schreib einen Namen',
  'incident-form.files': 'Dateien',
  'incident-form.source': 'Der Name der Person, die sie geschrieben hat, und ein Link zur Slack-Nachricht kommen dazu.',
  'incident-form.shown-files':
    '{count, plural, one {Die Datei der Nachricht kommt mit.} other {Die # Dateien der Nachricht kommen mit.}}',
  'incident-form.kept-files':
    '{count, plural, one {Die Datei, die du vorhin hinzugefügt hast, bleibt.} other {Die # Dateien, die du vorhin hinzugefügt hast, bleiben.}}',
  'incident-form.sent-before':
    'Ich habe dieses Formular schon, so wie du es zuerst geschickt hast, ohne deine Änderungen an: {fields}. Kopier sie, schließ das Formular, und schreib sie unter meine Nachricht dazu.',
  'incident-form.wrong.title': 'Sag in einer Zeile, was nicht stimmt, in höchstens {most, number} Zeichen.',
  'incident-form.wrong.description': 'Kürz bitte die Beschreibung.',
  'incident-form.wrong.impact': 'Wähl aus, wie viele Leute es aufhält.',
  'incident-form.wrong.urgency': 'Wähl aus, wie bald es gebraucht wird.',
  'incident-form.wrong.category': 'Wähl eine Kategorie aus der Liste.',
  'incident-form.wrong.item': 'Wähl einen Eintrag aus der Liste.',
  'incident-form.wrong.caller': 'Wähl eine Person aus der Liste.',
  'incident-form.wrong.files': 'Diese Dateien lassen sich nicht anhängen. Nimm sie heraus, und versuch es noch einmal.',
  'incident-form.wrong': 'Etwas im Formular passt nicht. Öffne es bitte noch einmal.',

  'filing.filed.watched': '<b>Dein Incident ist gemeldet.</b> Ich sage dir hier, wenn sich etwas ändert.',
  'filing.filed.unwatched': '<b>Dein Incident ist gemeldet.</b>',
  'filing.twin': 'Gemeldet: {ticket}',
  'filing.was-there':
    'Er war schon gemeldet, bevor du ihn geändert hast, darum habe ich ihn auf den neuen Stand gebracht.',
  'filing.not-changed': 'Das ließ mich ServiceNow nicht ändern: {fields}.',
  'filing.not-changed.commented':
    'Das ließ mich ServiceNow nicht ändern: {fields}. Deine neue Beschreibung steht dort als Kommentar.',
  'filing.set-differently': 'Das hat ServiceNow anders gesetzt, als du es eingegeben hast: {fields}.',
  'filing.unattached': 'Diese Dateien ließen sich nicht anhängen: {files}.',
  'filing.a-file': 'eine Datei',
  'filing.file': '{file} ({why})',
  'filing.file.too-many': 'ich bringe {most, number} auf einmal: schick sie bitte noch einmal',
  'filing.file.size': 'die Größe ist nicht die, die Slack nennt; lad die Datei bitte noch einmal hoch',
  'filing.file.elsewhere': 'Slack hat nur einen Link darauf; schick bitte diesen Link',
  'filing.file.perhaps': 'vielleicht ist sie da: sieh bitte nach',
  'filing.queued':
    '„{title}“ ist vorgemerkt und nicht verloren. {reason} Ich versuche es weiter und sage dir hier Bescheid, sobald es gemeldet ist.',
  'filing.failed': '„{title}“ wurde nicht gemeldet. {reason} Was du eingegeben hast, ist aufgehoben.',
  'filing.failed.whole':
    '„{title}“ wurde nicht gemeldet. {reason} Was du eingegeben hast, ist aufgehoben. Wenn meinem Formular etwas fehlt, mach es in ServiceNow fertig: Dort ist alles ausgefüllt.',
  'filing.failed.cut':
    '„{title}“ wurde nicht gemeldet. {reason} Was du eingegeben hast, ist aufgehoben. Wenn meinem Formular etwas fehlt, mach es in ServiceNow fertig: Dort ist alles ausgefüllt bis auf das Ende der Beschreibung, das du aus „Ändern und melden“ kopieren kannst.',
  'filing.unsure':
    'Ich weiß nicht, ob „{title}“ gemeldet wurde. {reason} Was du eingegeben hast, ist aufgehoben: Wenn du es noch einmal versuchst, sehe ich zuerst nach, und nichts wird doppelt gemeldet.',
  'filing.try-again': 'Noch einmal versuchen',
  'filing.finish': 'In ServiceNow fertig machen',
  'filing.change': 'Ändern und melden',

  'filing.view.filing': 'Wird gemeldet…',
  'filing.view.filing.what':
    '„{title}“ wird gerade gemeldet. Du kannst das schließen; ich schicke dir in jedem Fall eine Nachricht.',
  'filing.view.queued': 'Vorgemerkt',
  'filing.view.queued.what':
    '„{title}“ ist vorgemerkt und nicht verloren. {reason} Ich versuche es weiter und schicke dir eine Nachricht, sobald es gemeldet ist.',
  'filing.view.filed': 'Incident gemeldet',
  'filing.view.filed.what': 'Dein Incident ist gemeldet. Ich habe dir eine Nachricht mit denselben Angaben geschickt.',
  'filing.view.failed': 'Nicht gemeldet',
  'filing.view.failed.what':
    '„{title}“ wurde nicht gemeldet. {reason} Was du eingegeben hast, ist aufgehoben: Sieh dir meine Nachricht an.',
  'filing.view.unsure': 'Vielleicht gemeldet',
  'filing.view.unsure.what':
    'Ich weiß nicht, ob „{title}“ gemeldet wurde. {reason} Was du eingegeben hast, ist aufgehoben: Sieh dir meine Nachricht an.',

  'form.not-saved':
    'Ich konnte das gerade nicht speichern, darum ist nichts passiert. Drück bitte noch einmal auf „{button}“.',
  'form.perhaps-saved':
    'Ich weiß noch nicht, ob ich das habe. Drück bitte noch einmal auf „{button}“: Es passiert nur einmal, wie oft du auch drückst.',
  'form.the-button': 'Senden',
  'form.not-served': 'Diese ServiceNow-Instanz bediene ich nicht mehr, darum ist nichts passiert.',
};
