/*
 * Slack bridge: business rule, one for each table, when = after, on insert and update.
 * It only queues an event: no HTTP while somebody waits for their form to be saved.
 */
(function executeRule(current) {
  var watched = ['state', 'approval', 'assigned_to', 'assignment_group', 'priority', 'short_description', 'stage',
    'hold_reason', 'close_code', 'close_notes', 'comments', 'work_notes', 'approver'];
  var changed = [];
  for (var i = 0; i < watched.length; i++) {
    // Not every table has every field.
    if (current.isValidField(watched[i]) && current[watched[i]].changes()) changed.push(watched[i]);
  }
  if (changed.length === 0 && current.operation() != 'insert') return;
  // The second parameter counts the attempts of the script action.
  gs.eventQueue('x_bridge.changed', current, changed.join(','), '0');
})(current);
