// The Node peer: express 5, sns-validator and better-sqlite3, put together as their own documentation shows, two processes.
// It verifies versions 1 and 2 and ignores a message that was stored before; it keeps one row and rolls nothing up.
// Run from the folder where npm installed the three: node server.js, with PORT, PEER_DB, PEER_PEM.
'use strict';
const cluster = require('node:cluster');
const fs = require('node:fs');
const https = require('node:https');
const { Readable } = require('node:stream');

const Database = require('better-sqlite3');

function open() {
  const db = new Database(process.env.PEER_DB, { timeout: 20000 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -64000');
  return db;
}

if (cluster.isPrimary) {
  open().exec(`CREATE TABLE IF NOT EXISTS events (
    sns_id TEXT PRIMARY KEY, type TEXT, message_id TEXT, recipient TEXT, at TEXT, detail TEXT) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS by_message ON events (message_id);
    CREATE INDEX IF NOT EXISTS by_recipient ON events (recipient);
    CREATE INDEX IF NOT EXISTS by_time ON events (at);`).close();
  for (let i = 0; i < Number(process.env.WORKERS || 2); i++) cluster.fork();
  process.on('SIGTERM', () => { for (const one of Object.values(cluster.workers)) one.kill(); process.exit(0); });
} else {
  // The certificate is there before the first message, as it is after the first one in life: the validator keeps it.
  const pem = fs.readFileSync(process.env.PEER_PEM, 'utf8');
  https.get = (_url, answer) => {
    const body = Readable.from([pem]);
    body.statusCode = 200;
    answer(body);
    return { on() { return this; } };
  };
  const express = require('express');
  const Validator = require('sns-validator');
  const validator = new Validator();
  const insert = open().prepare('INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)');
  const app = express();
  app.disable('x-powered-by');
  app.post('/events', express.json({ type: () => true, limit: '300kb' }), (request, response) => {
    validator.validate(request.body, (error, message) => {
      if (error) return response.status(403).end();
      const event = JSON.parse(message.Message);
      const detail = event[event.eventType.toLowerCase()] || {};
      insert.run(message.MessageId, event.eventType, event.mail.messageId, event.mail.destination[0],
        detail.timestamp || event.mail.timestamp, JSON.stringify(detail));
      response.status(200).end();
    });
  });
  const server = app.listen(Number(process.env.PORT), '127.0.0.1');
  server.keepAliveTimeout = 30000;
}
