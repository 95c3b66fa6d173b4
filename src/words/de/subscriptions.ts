import type { subscriptions as english } from '../en/subscriptions.ts';

export const subscriptions: Record<keyof typeof english, string> = {
  'subscriptions.team': 'Team {team}',
  'subscriptions.priority': 'Priorität {priorities}',
  'subscriptions.state': 'Status {states}',
  'subscriptions.category': 'Kategorie {category}',
  'subscriptions.made':
    'Dieser Kanal erfährt jetzt, was sich hier ändert: {what}. Das läuft mit deinen Rechten; wenn ich noch nicht im Kanal bin, lade mich ein.',
  'subscriptions.ended': 'Dieses Abonnement ist beendet.',
  'subscriptions.has-ended': 'Dieses Abonnement war schon beendet.',
  'subscriptions.elsewhere': 'Dieses Abonnement gehört zu einem anderen Kanal.',
  'subscriptions.adopted': 'Du hast es übernommen. Es läuft jetzt mit deinen Rechten.',
  'subscriptions.was-taken': 'Jemand hat es schon übernommen.',
  'subscriptions.none': 'Dieser Kanal hat keine Abonnements. Schreib /snow subscribe, um eins anzulegen.',
  'subscriptions.list': 'Davon erfährt dieser Kanal:',
  'subscriptions.list.heading': 'Wovon dieser Kanal erfährt',
  'subscriptions.is-paused': '{what} (pausiert)',
  'subscriptions.no-room': 'Für {count, number} weitere ist hier kein Platz. Wo eins endet, erscheint das nächste.',
  'subscriptions.take-over': 'Übernehmen',
  'subscriptions.go-on': 'Weiterlaufen lassen',
  'subscriptions.change': 'Ändern',
  'subscriptions.end': 'Beenden',
  'subscriptions.shut-out':
    'Ich darf in einem Kanal nichts schreiben, den du abonniert hast ({what}). Schreib dort /invite und füg mich hinzu, dann erzähle ich, was sich ab da ändert. Um es zu beenden, schreib /snow unsubscribe.',
  'subscriptions.shut-out.before': 'Ich darf nichts schreiben in',
  'subscriptions.shut-out.after':
    '; dort erfährt darum niemand, was sich hier ändert: {what}. Schreib dort /invite und füg mich hinzu, dann erzähle ich, was sich ab da ändert. Um es zu beenden, schreib /snow unsubscribe.',
  'subscriptions.shared':
    'In diesem Kanal sind Leute einer anderen Firma und würden lesen, was ich hier erzähle. Darum pausieren die Neuigkeiten aus ServiceNow, bis jemand aus eurer Firma sie mit eigenen Rechten weiterlaufen lässt.',
  'subscriptions.perhaps-shared':
    'Ich kann nicht sehen, wer in diesem Kanal ist. Sind Leute einer anderen Firma hier, würden sie lesen, was ich erzähle. Darum pausieren die Neuigkeiten aus ServiceNow, bis jemand aus eurer Firma sie mit eigenen Rechten weiterlaufen lässt.',
  'subscriptions.paused':
    'Diese Neuigkeiten pausieren: {what}. Die Person, die sie eingerichtet hat, ist nicht mehr mit ServiceNow verbunden. Jemand anders aus eurer Firma kann sie mit eigenen Rechten übernehmen.',

  'subscription-form.title': 'Diesem Kanal berichten',
  'subscription-form.of-every': 'Von jeder Änderung an',
  'subscription-form.team': 'Nur für das Team',
  'subscription-form.team.any': 'Jedes Team; schreib, um eins zu wählen',
  'subscription-form.priority': 'Nur mit Priorität',
  'subscription-form.state': 'Nur im Status',
  'subscription-form.category': 'Nur in der Kategorie',
  'subscription-form.category.any': 'Jede Kategorie',
  'subscription-form.rights':
    'Das läuft mit deinen Rechten: Alle im Kanal erfahren, was du sehen darfst. Interne Notizen erzähle ich nie.',

  'every.incident': 'alle Incidents',
  'every.request': 'alle Requests',
  'every.requestItem': 'alle Requested Items',
  'every.catalogTask': 'alle Catalog Tasks',
  'every.change': 'alle Changes',
  'every.changeTask': 'alle Change Tasks',
  'every.problem': 'alle Problems',
  'every.problemTask': 'alle Problem Tasks',
  'every.incidentTask': 'alle Incident Tasks',
  'every.task': 'alle Tasks',
  'every.approval': 'alle Genehmigungen',
};
