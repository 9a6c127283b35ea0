package doctor

import (
	"context"
	"fmt"
	"time"
)

const (
	// lateWork is after how long a task that is due and not begun says that nobody works.
	lateWork = 10 * time.Minute
	// lateSeal is after how long an entry that is not sealed says that nobody seals: it is done each second.
	lateSeal = 5 * time.Minute
)

// Work examines background work: waiting answers how many tasks are due and not begun, and since when the oldest of them is.
func Work(waiting func(context.Context) (due int, oldest time.Time, err error), now func() time.Time) Check {
	return Check{"workers", func(ctx context.Context) (string, error) {
		due, oldest, err := waiting(ctx)
		switch {
		case err != nil:
			return "", named("work-uncounted", failing(err, "See to the database first", "The tasks cannot be counted"))
		case due > 0 && now().Sub(oldest) > lateWork:
			return "", named("work-waits", ailing("See in the log of parvis serve why the workers do not begin them: parvis jobs list shows them",
				"%d tasks wait, the oldest since %s", due, oldest.UTC().Format(time.RFC3339)), "n", fmt.Sprint(due), "since", oldest.UTC().Format(time.RFC3339))
		case due > 0:
			return fmt.Sprintf("%d tasks wait, the oldest since %s", due, oldest.UTC().Format(time.RFC3339)), nil
		}
		return "nothing waits", nil
	}}
}

// Trail examines the seal of the audit trail: state answers how many entries are not sealed, when the last batch was, and the
// key that signs.
func Trail(state func(context.Context) (waiting int, sealed time.Time, key string, err error), now func() time.Time) Check {
	return Check{"audit", func(ctx context.Context) (string, error) {
		waiting, sealed, key, err := state(ctx)
		switch {
		case err != nil:
			return "", named("seal-unreadable", failing(err, "See to the database first", "The seal of the trail cannot be read"))
		case waiting > 0 && !sealed.IsZero() && now().Sub(sealed) > lateSeal:
			return "", named("seal-late", ailing("See in the log of parvis serve why it seals nothing; nothing is lost meanwhile",
				"%d entries are not sealed, the last seal is of %s", waiting, sealed.UTC().Format(time.RFC3339)), "n", fmt.Sprint(waiting), "since", sealed.UTC().Format(time.RFC3339))
		}
		return fmt.Sprintf("%d entries wait for the next seal; the key %s signs", waiting, key), nil
	}}
}
