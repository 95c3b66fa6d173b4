import type { Database } from './database.ts';
import { seededId } from './people.ts';

/** Knowledge articles and catalog items. */
export function seedLibrary(db: Database): void {
  const base = seededId('kb IT');
  db.insert('kb_knowledge_base', { sys_id: base, title: 'IT' });
  const articles: [string, string, string, string][] = [
    [
      'vpn',
      'Set up the VPN',
      'published',
      '<p>Install the client, then sign in with your usual account.</p><ol><li>Open the software portal.</li><li>Choose <b>VPN</b>.</li></ol>',
    ],
    [
      'mail',
      'Read mail on your phone',
      'published',
      '<p>Add an account of type <i>Exchange</i> and enter your address.</p>',
    ],
    [
      'password',
      'Reset a forgotten password',
      'published',
      '<p>Use the link on the login page. It works for &amp; from any device.</p>',
    ],
    ['draft', 'VPN for visitors (draft)', 'draft', '<p>Not yet reviewed.</p>'],
  ];
  for (const [key, title, state, text] of articles) {
    db.insert('kb_knowledge', {
      sys_id: seededId(`article ${key}`),
      short_description: title,
      text,
      workflow_state: state,
      kb_knowledge_base: base,
      kb_category: 'How to',
      active: 'true',
    });
  }
  const items: [string, string, string, string][] = [
    ['Headset', 'Noise-cancelling headset', '$120.00', 'catalog_item'],
    ['VPN access', 'Remote access for your account', '$0.00', 'catalog_item'],
    ['Laptop', 'A laptop from the pool', '$1,200.00', 'catalog_item'],
    ['Report an outage', 'Tell us that a service is down', '', 'record_producer'],
  ];
  items.forEach(([name, description, price, type], index) => {
    db.insert('sc_cat_item', {
      sys_id: seededId(`cat ${name}`),
      name,
      short_description: description,
      description: `<p>${description}.</p>`,
      price,
      active: 'true',
      category: type === 'record_producer' ? 'Can We Help You?' : 'Hardware and access',
      sys_class_name: type === 'record_producer' ? 'sc_cat_item_producer' : 'sc_cat_item',
      order: String(index * 100),
    });
  });
}
