-- 0034: custom emoji of other servers, which people here see through the media proxy: what posts and profiles say is fetched from where this says.
-- What goes for want of room comes back when it is said again.

-- updated_us: when it changed, as its server says, 0: not said. used_us: when it was last said, or fetched for somebody who looked; to the week.
-- failed_us: since when there is no picture at that address, 0: none is known to lack. Copies are found by the id: a new picture has a new one.
CREATE TABLE remote_emojis (
  id @ID, domain @TEXT NOT NULL, shortcode @TEXT NOT NULL, url TEXT NOT NULL, updated_us BIGINT NOT NULL, used_us BIGINT NOT NULL,
  failed_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX remote_emojis_name ON remote_emojis (domain, shortcode);
CREATE INDEX remote_emojis_used ON remote_emojis (used_us);
CREATE INDEX remote_emojis_of_domain ON remote_emojis (domain, used_us);

-- What is here already keeps its pictures: the newest posts', then people's.
@SQLITE INSERT INTO remote_emojis (id, domain, shortcode, url, updated_us, used_us, failed_us) SELECT row_number() OVER (ORDER BY newest DESC), domain, shortcode, url, 0, 0, 0 FROM (SELECT a.domain AS domain, json_extract(e.value, '$.shortcode') AS shortcode, json_extract(e.value, '$.url') AS url, max(s.id) AS newest FROM statuses s JOIN accounts a ON a.id = s.account_id JOIN json_each(s.emojis) e WHERE s.emojis <> '[]' AND a.domain <> '' GROUP BY 1, 2) t ORDER BY newest DESC LIMIT 200000;
@PGSQL INSERT INTO remote_emojis (id, domain, shortcode, url, updated_us, used_us, failed_us) SELECT row_number() OVER (ORDER BY newest DESC), domain, shortcode, url, 0, 0, 0 FROM (SELECT DISTINCT ON (1, 2) a.domain AS domain, e ->> 'shortcode' AS shortcode, e ->> 'url' AS url, s.id AS newest FROM statuses s JOIN accounts a ON a.id = s.account_id CROSS JOIN LATERAL json_array_elements(s.emojis::json) e WHERE s.emojis <> '[]' AND a.domain <> '' ORDER BY 1, 2, s.id DESC) t ORDER BY newest DESC LIMIT 200000;
@SQLITE INSERT INTO remote_emojis (id, domain, shortcode, url, updated_us, used_us, failed_us) SELECT 1000000 + row_number() OVER (ORDER BY newest DESC), domain, shortcode, url, 0, 0, 0 FROM (SELECT a.domain AS domain, json_extract(e.value, '$.shortcode') AS shortcode, json_extract(e.value, '$.url') AS url, max(a.fetched_us) AS newest FROM accounts a JOIN json_each(a.emojis) e WHERE a.emojis <> '[]' AND a.domain <> '' GROUP BY 1, 2) t WHERE true ORDER BY newest DESC LIMIT 200000 ON CONFLICT DO NOTHING;
@PGSQL INSERT INTO remote_emojis (id, domain, shortcode, url, updated_us, used_us, failed_us) SELECT 1000000 + row_number() OVER (ORDER BY newest DESC), domain, shortcode, url, 0, 0, 0 FROM (SELECT DISTINCT ON (1, 2) a.domain AS domain, e ->> 'shortcode' AS shortcode, e ->> 'url' AS url, a.fetched_us AS newest FROM accounts a CROSS JOIN LATERAL json_array_elements(a.emojis::json) e WHERE a.emojis <> '[]' AND a.domain <> '' ORDER BY 1, 2, a.fetched_us DESC) t ORDER BY newest DESC LIMIT 200000 ON CONFLICT DO NOTHING;
