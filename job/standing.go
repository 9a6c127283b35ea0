package job

// State is how far a task is.
type State string

// The states.
const (
	Later     State = "later"    // its time has not come
	Waiting   State = "waiting"  // for a free worker
	Running   State = "running"  // or its process died, and nobody noticed yet
	Retrying  State = "retrying" // it failed and will be tried again
	Done      State = "done"     // kept for a day
	GivenUp   State = "given-up" // kept for thirty days
	Cancelled State = "cancelled"
)

// States lists them all.
func States() []State {
	return []State{Later, Waiting, Running, Retrying, Done, GivenUp, Cancelled}
}

// Standing is a task as it stands. LastError is a word for what failed last, never its text.
type Standing struct {
	ID        int64
	Task      Task
	State     State
	Tries     int
	LastError string
}

// Query says which tasks are asked for: without a kind or a state, all.
type Query struct {
	Kind  Kind
	State State
	Most  int // the newest ones
}
