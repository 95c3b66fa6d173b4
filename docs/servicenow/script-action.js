/*
 * Slack bridge: script action on the event x_bridge.changed. It runs in the background, as the system.
 * It sends ids and codes, and nothing that anybody wrote: the bridge reads the record again, as each person who watches it.
 */
(function pushChange(current, event) {
  var LAST_ATTEMPT = 6;
  var url = gs.getProperty('x_bridge.url');
  var secret = gs.getProperty('x_bridge.secret');
  // Deleted meanwhile, or not set up yet.
  if (!current || !current.isValidRecord() || !url || !secret) return;

  function idIn(field) {
    return current.isValidField(field) ? current.getValue(field) || '' : '';
  }

  // What channels choose by; caller_id is sent so that a later bridge needs no other script.
  var columns = ['state', 'priority', 'assignment_group', 'category', 'caller_id'];
  var values = {};
  for (var i = 0; i < columns.length; i++) {
    if (current.isValidField(columns[i])) values[columns[i]] = idIn(columns[i]);
  }

  var attempt = parseInt(event.parm2 + '', 10) || 0;
  var body = JSON.stringify({
    v: 1,
    event_id: event.sys_id + '',
    attempt: attempt,
    table: current.getTableName() + '',
    sys_id: current.getUniqueValue() + '',
    number: idIn('number'),
    sys_mod_count: parseInt(current.getValue('sys_mod_count'), 10) || 0,
    sys_updated_on: current.getValue('sys_updated_on') + '',
    changed: (event.parm1 + '').split(','),
    assigned_to: idIn('assigned_to'),
    approver: idIn('approver'),
    values: values
  }).replace(/[\u007f-\uffff]/g, function (c) {
    // Plain ASCII, so that both sides sign the same bytes.
    return '\\u' + ('0000' + c.charCodeAt(0).toString(16)).slice(-4);
  });

  var timestamp = Math.floor(new GlideDateTime().getNumericValue() / 1000) + '';
  // generateMac wants its key in base64 and answers in base64.
  var mac = new GlideCertificateEncryption().generateMac(gs.base64Encode(secret), 'HmacSHA256', timestamp + '.' + body);

  var status = 0;
  try {
    var request = new sn_ws.RESTMessageV2();
    request.setEndpoint(url);
    request.setHttpMethod('post');
    request.setHttpTimeout(10000);
    request.setRequestHeader('Content-Type', 'application/json');
    request.setRequestHeader('X-Bridge-Timestamp', timestamp);
    request.setRequestHeader('X-Bridge-Signature', 'v1=' + mac);
    request.setRequestBody(body);
    status = request.execute().getStatusCode();
  } catch (e) {
    gs.warn('Slack bridge: push not sent: ' + e);
  }

  // 409: the bridge has it already.
  if ((status >= 200 && status < 300) || status == 409) return;
  var passing = status === 0 || status == 429 || status >= 500;
  if (passing && attempt < LAST_ATTEMPT) {
    var at = new GlideDateTime();
    at.addSeconds(30 * Math.pow(2, attempt));
    gs.eventQueueScheduled('x_bridge.changed', current, event.parm1 + '', attempt + 1 + '', at);
  } else {
    gs.error('Slack bridge: push given up, status ' + status + ', attempt ' + attempt + '. The bridge finds the change when it polls.');
  }
})(current, event);
