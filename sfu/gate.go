package sfu

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"parvis/fault"
	"parvis/rooms"
)

// Door is who decides at the gate, past all caches; rooms.Service implements it. A failure of kind fault.Unavailable
// says that the database does not answer; an unclassified one is ours; any other is a final refusal.
type Door interface {
	// Enter lets an admission in from a sign-in ("" when the request proves none) with a pass for the room that the SFU
	// calls mediaName, and opens a relay. A pass for another room is refused with rooms.ErrOtherRoom.
	Enter(ctx context.Context, admissionID, signInID, mediaName string) (in rooms.Entered, relayID string, err error)
	// Current answers the state of an admission, whether it holds or not.
	Current(ctx context.Context, admissionID string) (rooms.Entered, error)
	// RelayClosed notes that a relay has ended; it does not fail: what cannot be written now is written later.
	RelayClosed(ctx context.Context, relayID string)
	// QualitiesHeard keeps how the SFU judges the connections of these relays, a few hundred of them.
	QualitiesHeard(ctx context.Context, heard []rooms.RelayQuality) error
}

// GateOptions is what the gate stands between.
type GateOptions struct {
	Client *Client
	Door   Door
	// Origin is that of our own pages: https://parvis.example, without a path.
	Origin string
}

// Gate is a relay mounted at /livekit/, the only way to the SFU's signalling: LiveKit cannot take a token back, so each
// connection is asked about here (docs/architecture.md). It implements rooms.Cutter. Safe for concurrent use; mu guards the relays.
type Gate struct {
	client *Client
	door   Door
	origin string
	now    func() time.Time
	logger *slog.Logger
	timing timing
	memory *memory

	mu       sync.Mutex
	relays   map[string]map[*relay]struct{} // by admission
	open     int
	draining bool
	running  sync.WaitGroup
}

// timing is what tests shorten.
type timing struct {
	door      time.Duration // for one question at the door
	handshake time.Duration // for the SFU to answer an upgrade: it waits up to 3 s for its own parts, more than once
	idle      time.Duration // without a byte of the client a relay is dead
	write     time.Duration // for one write to a peer that does not read
	seen      time.Duration // between two looks at a relay that has not agreed yet
	farewell  time.Duration // for the SFU's leave message to pass
	linger    time.Duration // between the end of one direction and of the other
}

func defaultTiming() timing {
	return timing{
		door: 3 * time.Second, handshake: 10 * time.Second, idle: 30 * time.Second, write: 10 * time.Second,
		seen: 10 * time.Second, farewell: 500 * time.Millisecond, linger: 2 * time.Second,
	}
}

var (
	_ http.Handler = (*Gate)(nil)
	_ rooms.Cutter = (*Gate)(nil)
)

// NewGate makes a gate. Its Door may be given later with Open, since rooms needs the gate to be made.
func NewGate(o GateOptions) (*Gate, error) {
	if o.Client == nil {
		return nil, errors.New("gate: a client is needed")
	}
	origin, err := url.Parse(o.Origin)
	if err != nil || origin.Scheme == "" || origin.Host == "" {
		return nil, errors.New("gate: our own origin is needed")
	}
	remembered, err := newMemory()
	if err != nil {
		return nil, err
	}
	return &Gate{
		client: o.Client, door: o.Door, origin: origin.Scheme + "://" + origin.Host,
		now: o.Client.now, logger: o.Client.logger, timing: defaultTiming(), memory: remembered,
		relays: map[string]map[*relay]struct{}{},
	}, nil
}

// Open gives the gate its door, before the first request.
func (g *Gate) Open(door Door) { g.door = door }

// ServeHTTP answers a request at the gate. After an upgrade it returns and the relay goes on by itself.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusSwitchingProtocols
	validate, err := g.serve(w, r)
	switch {
	case err != nil:
		no := g.refusalOf(r.Context(), err)
		no.write(w)
		status = no.status
	case validate:
		status = http.StatusOK
	}
	g.client.metrics.entries.WithLabelValues(pathLabel(r), strconv.Itoa(status)).Inc()
}

func (g *Gate) serve(w http.ResponseWriter, r *http.Request) (validate bool, err error) {
	k, err := g.knock(r)
	if err != nil {
		return false, err
	}
	if k.validate {
		return true, g.serveValidate(w, r, k)
	}
	return false, g.serveRelay(w, r, k)
}

func (g *Gate) serveValidate(w http.ResponseWriter, r *http.Request, k *knock) error {
	v, err := g.look(r.Context(), k)
	if err != nil {
		return err
	}
	if err := g.validateAtSFU(r, k, v.in); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("success")) // what LiveKit says
	return nil
}

func (g *Gate) serveRelay(w http.ResponseWriter, r *http.Request, k *knock) error {
	if g.isDraining() {
		return unavailable(errors.New("draining"))
	}
	v, err := g.enter(r.Context(), k)
	if err != nil {
		return err
	}
	rl := &relay{gate: g, visit: v, signInID: k.signInID, began: g.now()}
	if err := rl.connect(w, r, k); err != nil {
		rl.noteClosed()
		return err
	}
	return nil
}

// refusalOf turns an error into the answer and logs what is ours. Only a final refusal is 403; livekit-client takes
// 401, 403 and 404 as final, so nothing transient may look like them.
func (g *Gate) refusalOf(ctx context.Context, err error) *refusal {
	var no *refusal
	if errors.As(err, &no) {
		return no
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Unavailable, fault.Internal, fault.TooMany:
		if ctx.Err() == nil {
			g.logger.WarnContext(ctx, "gate does not let through for now", "error", err)
		}
		code := f.Code
		if f.Kind == fault.Internal {
			code = fault.CodeUnavailable
		}
		no = refuse(http.StatusServiceUnavailable, code, "not possible for the moment: try again")
		no.retryAfter = max(f.RetryAfter, retryAfter)
		return no
	default:
		return refuse(http.StatusForbidden, f.Code, f.Detail)
	}
}

func (g *Gate) isDraining() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.draining
}

func pathLabel(r *http.Request) string {
	raw, _, _ := strings.Cut(r.RequestURI, "?")
	if place, ok := gatePaths[raw]; ok {
		return place.path
	}
	return "other"
}

func isExpired(err error) bool { return errors.Is(err, jwt.ErrTokenExpired) }

// Cut ends the admission's relays here, once the SFU's leave message had time to pass. It does not wait.
func (g *Gate) Cut(admissionID string) {
	g.memory.cut.Add(admissionID, struct{}{})
	for _, r := range g.relaysOf(admissionID) {
		r.cutSoon()
	}
}

// Relays is how many relays are open.
func (g *Gate) Relays() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

// Drain lets nobody in any more, closes the open relays, a thousand a second so that other replicas are not stormed,
// and waits until all are noted as closed. Browsers come back through another replica while their media go on.
func (g *Gate) Drain(ctx context.Context) error {
	g.mu.Lock()
	g.draining = true
	g.mu.Unlock()
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	for _, r := range g.allRelays() {
		r.close("drain")
		select {
		case <-ctx.Done():
		case <-pace.C:
		}
	}
	done := make(chan struct{})
	go func() {
		g.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("drain gate: %w", ctx.Err())
	}
}

func (g *Gate) relaysOf(admissionID string) []*relay {
	g.mu.Lock()
	defer g.mu.Unlock()
	var found []*relay
	for r := range g.relays[admissionID] {
		found = append(found, r)
	}
	return found
}

func (g *Gate) allRelays() []*relay {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]*relay, 0, g.open)
	for _, of := range g.relays {
		for r := range of {
			all = append(all, r)
		}
	}
	return all
}

// add registers a relay and answers false when the gate drains.
func (g *Gate) add(r *relay) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining {
		return false
	}
	id := r.visit.in.Admission.ID
	if g.relays[id] == nil {
		g.relays[id] = map[*relay]struct{}{}
	}
	g.relays[id][r] = struct{}{}
	g.open++
	g.running.Add(1)
	g.client.metrics.relays.Set(float64(g.open))
	return true
}

func (g *Gate) drop(r *relay) {
	id := r.entered().Admission.ID // a check may still run
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.relays[id], r)
	if len(g.relays[id]) == 0 {
		delete(g.relays, id)
	}
	g.open--
	g.client.metrics.relays.Set(float64(g.open))
}
