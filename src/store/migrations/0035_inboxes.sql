-- Inboxes that would be written to without TLS although their people are spoken to with it are taken in no more. A person without an inbox is
-- not delivered to, and keeps what is known of them until their document is read again.
UPDATE accounts SET shared_inbox_uri = NULL WHERE shared_inbox_uri LIKE 'http://%' AND uri LIKE 'https://%';
UPDATE accounts SET inbox_uri = NULL WHERE inbox_uri LIKE 'http://%' AND uri LIKE 'https://%';
