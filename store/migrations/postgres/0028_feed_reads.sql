-- When somebody's calendar was last read at its address, to the hour. The column is added: the program before writes nothing there.
-- +goose Up

ALTER TABLE feeds ADD COLUMN last_read_at timestamptz;

-- +goose Down

ALTER TABLE feeds DROP COLUMN last_read_at;
