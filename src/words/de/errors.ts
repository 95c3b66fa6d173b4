import type { errors as english } from '../en/errors.ts';

export const errors: Record<keyof typeof english, string> = {
  'errors.unforeseen':
    'Bei mir ist etwas schiefgegangen. Versuch es bitte noch einmal; passiert es wieder, sag der Administration Bescheid.',
  'errors.unforeseen.happened': 'Bei mir ist etwas schiefgegangen.',
  'errors.kept-trying': '{reason} Was du getan hast, ist nicht verloren: Ich versuche es weiter.',
  'errors.corrupt-job':
    'Etwas, worum du gebeten hast, ließ sich nicht mehr lesen, darum ist es nicht passiert. Versuch es bitte noch einmal.',
  'errors.with-reference': '{sentence} (Referenz: {reference})',

  'errors.away.servicenow-unavailable':
    'ServiceNow antwortet gerade nicht. Versuch es bitte in ein paar Minuten noch einmal.',
  'errors.away.servicenow-unavailable.happened': 'ServiceNow antwortet gerade nicht.',
  'errors.away.servicenow-asleep':
    'Die ServiceNow-Instanz schläft oder ist offline. Wer sich um sie kümmert, muss sie wecken; versuch es dann bitte noch einmal.',
  'errors.away.servicenow-asleep.happened': 'Die ServiceNow-Instanz schläft oder ist offline.',
  'errors.away.slack-unavailable': 'Slack antwortet gerade nicht. Versuch es bitte gleich noch einmal.',
  'errors.away.slack-unavailable.happened': 'Slack antwortet gerade nicht.',
  'errors.away.store-unavailable':
    'Ich konnte deine Anfrage nicht speichern, darum ist nichts passiert. Versuch es bitte gleich noch einmal.',
  'errors.away.store-unavailable.happened': 'Ich konnte deine Anfrage nicht speichern, darum ist nichts passiert.',
  'errors.away.store-silent':
    'Mein eigenes Gedächtnis hat nicht rechtzeitig geantwortet, darum weiß ich noch nicht, ob das erledigt wird. Wenn du etwas ändern wolltest, sieh bitte in einer Minute nach, bevor du es noch einmal versuchst.',
  'errors.away.store-silent.happened':
    'Mein eigenes Gedächtnis hat nicht rechtzeitig geantwortet, darum weiß ich noch nicht, ob das erledigt wird.',
  'errors.away.busy': 'Für dich ist gerade viel in Arbeit. Versuch es bitte gleich noch einmal.',
  'errors.away.busy.happened': 'Für dich ist gerade viel in Arbeit.',

  'errors.slow-down': '{peer} hat mich gebeten, langsamer zu machen. Versuch es bitte in ein paar Minuten noch einmal.',
  'errors.slow-down.happened':
    '{peer} hat mich gebeten, langsamer zu machen. Ich mache weiter, sobald ich wieder darf.',
  'errors.stand-by.operator':
    'Slack nimmt von dieser App gerade nichts an. Wer sich um sie kümmert, muss das beheben; versuch es dann bitte noch einmal.',
  'errors.stand-by.operator.happened': 'Slack nimmt von dieser App gerade nichts an.',
  'errors.stand-by.migration':
    'Slack zieht diesen Workspace gerade in eine Organisation um. Versuch es bitte noch einmal, wenn das fertig ist.',
  'errors.stand-by.migration.happened': 'Slack zieht diesen Workspace gerade in eine Organisation um.',
  'errors.not-yet': 'Ich mache das ein wenig später.',

  'errors.link.none': 'Verbinde zuerst dein ServiceNow-Konto, damit ich als du handeln kann und als niemand sonst.',
  'errors.link.broken':
    'ServiceNow nimmt deine Verbindung nicht mehr an. Verbinde dich neu, und ich mache dort weiter, wo ich aufgehört habe.',
  'errors.link.other':
    'Du hast darum mit einem anderen ServiceNow-Konto gebeten als dem, das jetzt verbunden ist. Verbinde jenes wieder, oder bitte noch einmal darum.',
  'errors.outsider.guest':
    'Gäste können ServiceNow hier nicht verbinden. Wer sich um diese App kümmert, kann es erlauben.',
  'errors.outsider.stranger':
    'Ich arbeite für die Leute der Firma, die mich installiert hat, und dein Slack-Konto gehört zu einer anderen, darum kann ich dich nicht verbinden.',
  'errors.grant-refused': 'ServiceNow hat mir keinen Zugang zu deinem Konto gegeben.',
  'errors.foreign-answer': 'Die Antwort kam nicht so von ServiceNow, wie ich sie erwartet habe.',
  'errors.corrupt-data':
    'Ich konnte etwas nicht lesen, das ich gespeichert hatte, und habe aufgehört, statt zu raten. Versuch es bitte noch einmal.',

  'errors.forbidden': 'ServiceNow erlaubt dir das nicht.',
  'errors.not-found': 'Das gibt es nicht, oder du darfst es nicht sehen.',
  'errors.rejected': 'ServiceNow hat das nicht angenommen. Sag bitte der Administration Bescheid.',
  'errors.between':
    'Etwas zwischen mir und ServiceNow hat die Anfrage abgelehnt. Sag bitte der Administration Bescheid.',
  'errors.mandatory': 'ServiceNow braucht dafür mehr: {fields}.',
  'errors.rule': 'Eine Regel in ServiceNow („{rule}“) erlaubt das nicht.',
  'errors.in-its-words': 'ServiceNow erlaubt das nicht. Es sagt: „{words}“.',
  'errors.too-long': 'ServiceNow antwortet mit mehr, als ich lesen kann. Öffne es bitte dort.',
  'errors.new-access': 'ServiceNow hat den Zugang nicht angenommen, den es gerade gegeben hat.',
  'errors.whose-account': 'ServiceNow hat mir nicht gesagt, wessen Konto das ist, darum habe ich es nicht verbunden.',
  'errors.slack-rejected': 'Slack hat meine Antwort nicht angenommen.',
  'errors.slack-file': 'Ich konnte die Datei in Slack nicht lesen.',
  'errors.too-many-files': 'Das sind zu viele Dateien.',
  'errors.file-too-large': 'Diese Datei ist zu groß, um sie weiterzugeben.',
  'errors.not-installed':
    'Diese App ist hier nicht mehr installiert, darum ist nichts passiert. Wer die Apps dieses Workspace verwaltet, kann sie wieder hinzufügen.',
};
