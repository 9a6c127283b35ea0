-- Deputies lead a meeting in a room that was there before while it is open, and no longer: the role has a source of its own, beside
-- that of whoever is invited besides. The program before reads such a role as one that lasts, as it took all of them until now.
-- +goose Up

DROP INDEX grants_source;
CREATE INDEX grants_source ON grants (source_id, source_kind) WHERE source_kind IN ('meeting', 'organizer', 'deputy');
UPDATE grants SET source_kind = 'deputy' WHERE source_kind = 'organizer' AND role = 'moderator'
    AND EXISTS (SELECT 1 FROM meetings m WHERE m.id::text = grants.source_id AND m.place_mode <> 'dedicated');

-- +goose Down

UPDATE grants SET source_kind = 'organizer' WHERE source_kind = 'deputy';
DROP INDEX grants_source;
CREATE INDEX grants_source ON grants (source_id, source_kind) WHERE source_kind IN ('meeting', 'organizer');
