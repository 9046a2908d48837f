-- 0016: what finds who muted a conversation, when it joins another.

CREATE INDEX thread_mutes_thread ON thread_mutes (thread_id);
