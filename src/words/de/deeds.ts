import type { deeds as english } from '../en/deeds.ts';

export const deeds: Record<keyof typeof english, string> = {
  'comment.done': 'Dein Kommentar steht in {number}.',
  'comment.corrected':
    'ServiceNow behält, was geschrieben wurde, darum habe ich deine Änderung als Korrektur angefügt.',
  'comment.nothing-to-correct':
    'Was du geändert hast, ist nicht bei ServiceNow angekommen, darum gibt es nichts zu korrigieren. Schreib es bitte neu.',
  'comment.not-taken':
    'ServiceNow hat deinen Kommentar zu {number} nicht angenommen. Vielleicht darfst du dort nicht kommentieren.',
  'comment.hears-no-more': 'Um wieder von {number} zu hören, schreib /snow watch {number}.',
  'comment.deleted.gone':
    'Ich sehe dieses Ticket nicht mehr und kann darum nicht sagen, ob das dort steht. Ich sende es nicht noch einmal.',
  'comment.deleted.not-sent': 'Das ist nicht bei {number} angekommen, und ich sende es nicht mehr.',
  'comment.deleted.too-late':
    'Das kam bei {number} an, bevor du es hier gelöscht hast, und es bleibt dort. Falls es nicht gelten soll, schreib das hier.',
  'comment.deleted.files': 'Die Dateien dazu sind vielleicht dort: Sieh bitte nach.',

  'reopen.done': '{number} ist wieder offen, und das Team weiß, warum.',
  'reopen.not-taken': 'ServiceNow hat dich {number} nicht wieder öffnen lassen.',
  'reopen.only-words':
    'ServiceNow hat dich {number} nicht wieder öffnen lassen, aber dein Kommentar steht dort für das Team.',
  'reopen.no-words': '{number} ist wieder offen, aber ServiceNow hat deinen Kommentar nicht angenommen.',

  'confirm-fixed.done': 'Danke. Das Team weiß, dass {number} behoben ist.',
  'confirm-fixed.not-taken': 'ServiceNow hat nicht angenommen, dass {number} behoben ist. Sag es bitte dem Team.',

  'writing.not-sent': 'Das ist nicht bei ServiceNow angekommen. {reason}',
  'writing.perhaps':
    '{reason} Was du gesendet hast, steht vielleicht trotzdem im Ticket: Sieh in ServiceNow nach, bevor du es noch einmal sendest.',
  'writing.some': 'Nur ein Teil davon steht sicher in {number}. Sieh dort nach, bevor du den Rest noch einmal sendest.',

  'decision.gone': 'Diese Genehmigung gibt es nicht mehr, oder du darfst sie nicht sehen.',
  'decision.unnamed': 'Die Genehmigung',
  'decision.approved': '{number} ist genehmigt.',
  'decision.approved.yours': '{number} ist in deinem Namen genehmigt.',
  'decision.rejected': '{number} ist abgelehnt.',
  'decision.rejected.yours': '{number} ist in deinem Namen abgelehnt.',
  'decision.not-taken':
    'ServiceNow hat deine Entscheidung zu {number} nicht angenommen. Vielleicht darfst du sie nicht treffen.',
  'decision.before': '{number} wurde schon entschieden: {state}. Nichts wurde geändert.',
  'decision.before.by': '{number} wurde schon entschieden: {state}, von {by}. Nichts wurde geändert.',
  'decision.perhaps':
    '{reason} Deine Entscheidung ist vielleicht trotzdem angekommen. Drück nach einer Weile noch einmal: Ich sehe zuerst nach, und nichts wird zweimal entschieden.',
};
