import type { replies as english } from '../en/replies.ts';

export const replies: Record<keyof typeof english, string> = {
  'replies.too-long':
    'Das ist länger, als ich zu einem Ticket bringen kann, darum habe ich nichts davon gesendet. Schick es bitte in Teilen oder als Datei.',
  'replies.nothing-to-read':
    'Darin konnte ich nichts lesen, darum ging nichts an das Ticket. Sag es bitte in Worten, oder häng eine Datei an.',

  'replies.lane.was-internal': 'Das letzte Wort in diesem Thread war intern. Wer darf deine Antwort lesen?',
  'replies.lane.has-internal': 'Teile dieses Tickets sind intern. Wer darf deine Antwort lesen?',
  'replies.lane.note': 'Nur das Team (interne Notiz)',
  'replies.lane.comment': 'Auch die meldende Person (Kommentar)',
  'replies.sent.note': 'Als interne Notiz gesendet.',
  'replies.sent.comment': 'Als Kommentar gesendet, den die meldende Person lesen kann.',

  'replies.held.comment': 'Diese Antwort wurde schon gesendet, als Kommentar, den die meldende Person lesen kann.',
  'replies.held.note': 'Diese Antwort wurde schon gesendet, als interne Notiz.',
  'replies.held.expired':
    'Deine Antwort wurde nicht gesendet: Einen Tag lang hat niemand gesagt, wer sie lesen darf. Wenn sie noch zählt, schreib sie bitte noch einmal.',
  'replies.held.deleted':
    'Du hast diese Antwort gelöscht, bevor sie gesendet wurde, darum ging nichts davon an ServiceNow.',
  'replies.held.unknown':
    'Diese Antwort habe ich nicht mehr. Wenn sie nicht am Ticket steht, wurde sie nicht gesendet: Schreib sie bitte noch einmal.',

  'replies.deleted.waiting': 'Du hast das gelöscht, bevor es gesendet wurde, darum geht nichts davon an ServiceNow.',
  'replies.deleted.begun':
    'Das ist vielleicht schon in ServiceNow, aber ich sende es nicht noch einmal. Wenn es am Ticket steht und nicht zählen soll, schreib das hier.',
  'replies.deleted.written':
    'Dein Kommentar bleibt in ServiceNow: Was dort geschrieben ist, lässt sich nicht zurücknehmen. Wenn er nicht zählen soll, schreib das hier.',

  'replies.somebody': 'jemand',
  'replies.a-channel': 'ein Slack-Kanal',
  'replies.a-group': 'eine Slack-Gruppe',
};
