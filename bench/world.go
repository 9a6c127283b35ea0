package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/rooms"
	"parvis/store"
)

const (
	livekitSecret = "bench-secret-that-is-long-enough-for-livekit"
	guests        = 4000 // sign-ins that join
	seeded        = 1000 // rooms that are made one by one; a million are copied from them by SQL
)

// world is a platform with people and rooms in it.
type world struct {
	bench    *bench
	parvis   *process
	env      []string
	folder   string
	database string
	rooms    int // that anybody may join
	hosted   int // besides
	cookies  []string
	people   []string // ids, in the order of the cookies
	used     int
}

func (b *bench) engines() []string {
	if b.postgres == "" {
		return []string{"sqlite"}
	}
	return []string{"postgres", "sqlite"}
}

// open makes a database with rooms and sign-ins and starts the platform on it.
func (b *bench) open(ctx context.Context, engine string, roomCount int) (*world, error) {
	folder, err := os.MkdirTemp("", "parvis-bench")
	if err != nil {
		return nil, err
	}
	w := &world{bench: b, folder: folder, rooms: roomCount, database: "sqlite:" + filepath.Join(folder, "parvis.db")}
	if engine == "postgres" {
		if w.database, err = b.newDatabase(ctx); err != nil {
			return nil, err
		}
	}
	if err := w.seed(ctx); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return w, w.restart(ctx)
}

func (w *world) close() {
	w.parvis.stop()
	_ = os.RemoveAll(w.folder)
	if name, ok := strings.CutPrefix(w.databaseName(), "parvis_bench_"); ok {
		_ = w.bench.psql(context.Background(), w.bench.postgres, "DROP DATABASE parvis_bench_"+name+" WITH (FORCE)")
	}
}

func (w *world) databaseName() string {
	u, err := url.Parse(w.database)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Path, "/")
}

func (b *bench) newDatabase(ctx context.Context) (string, error) {
	if b.postgres == "" {
		return "", errors.New("PARVIS_TEST_POSTGRES names no PostgreSQL: run make bench")
	}
	name := "parvis_bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := b.psql(ctx, b.postgres, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	u, err := url.Parse(b.postgres)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

func (b *bench) psql(ctx context.Context, database, sql string) error {
	out, err := exec.CommandContext(ctx, "psql", "--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql).CombinedOutput()
	if err != nil {
		return fmt.Errorf("psql: %w: %s", err, out)
	}
	return nil
}

// restart starts the platform on the same database, ending the one that runs.
func (w *world) restart(ctx context.Context) error {
	if w.parvis != nil {
		w.parvis.stop()
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	env := append(w.settings(), "PARVIS_LISTEN="+address, "PARVIS_URL=http://"+localhost(address))
	w.parvis, err = start(ctx, filepath.Join(w.bench.bin, "parvis"), []string{"serve"}, append(env, w.env...), address, "/readyz")
	return err
}

func (w *world) settings() []string {
	return []string{
		"PARVIS_DATABASE_URL=" + w.database, "PARVIS_DATA=" + w.folder, "PARVIS_SECRET=bench-secret-of-more-than-32-characters",
		"PARVIS_LIVEKIT_URL=http://127.0.0.1:1", "PARVIS_LIVEKIT_API_KEY=key", "PARVIS_LIVEKIT_API_SECRET=" + livekitSecret,
		"PARVIS_OIDC_BENCH_ISSUER=http://localhost:1", "PARVIS_OIDC_BENCH_CLIENT_ID=bench", "PARVIS_OIDC_BENCH_CLIENT_SECRET=bench",
		"PARVIS_LOG_LEVEL=warn",
	}
}

// seed writes through the store, so that what is measured is what the platform would have written.
func (w *world) seed(ctx context.Context) error {
	if err := store.Migrate(ctx, w.database); err != nil {
		return err
	}
	db, err := w.store(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := w.seedPeople(ctx, db); err != nil {
		return err
	}
	for i := range min(w.rooms, seeded) {
		if err := db.CreateRoom(ctx, room(i), nil, nil); err != nil {
			return err
		}
	}
	if w.rooms > seeded {
		return w.bench.psql(ctx, w.database, fmt.Sprintf(copyRooms, w.rooms-1))
	}
	return nil
}

func (w *world) seedPeople(ctx context.Context, db *store.DB) error {
	now := time.Now().UTC()
	people := directory.New(db, time.Now)
	for i := range guests {
		person, err := people.SignedIn(ctx, directory.Claims{
			Provider: "bench", Issuer: "http://localhost:1", Subject: fmt.Sprint("bench", i), GivenName: "Jeanne", FamilyName: "Morel", Siret: "11001401600015",
			OrganizationLabel: "Ministère", Assurance: auth.AssuranceAgentMFA,
		})
		if err != nil {
			return err
		}
		w.people = append(w.people, person.ID)
		cookie, hash := signedIn(i)
		w.cookies = append(w.cookies, cookie)
		if err := db.CreateSignIn(ctx, signin.SignIn{
			ID: uuid.Must(uuid.NewV7()).String(), SecretHash: hash, Kind: auth.Person, PersonID: person.ID, OrgID: person.OrgID, OrgName: person.OrgName,
			Name: person.DisplayName(), Assurance: auth.AssuranceAgentMFA, Provider: "bench", Issuer: "http://localhost:1", Subject: "bench",
			CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(12 * time.Hour),
		}, ""); err != nil {
			return err
		}
	}
	return nil
}

// signedIn is the cookie of the i-th of those who are signed in, and what is kept of it.
func signedIn(i int) (cookie string, hash []byte) {
	var secret [32]byte
	binary.BigEndian.PutUint64(secret[:], uint64(i))
	sum := sha256.Sum256(secret[:])
	return base64.RawURLEncoding.EncodeToString(secret[:]), sum[:]
}

func (w *world) store(ctx context.Context) (*store.DB, error) {
	return store.Open(ctx, store.Options{URL: w.database, Logger: slog.New(slog.DiscardHandler), Now: time.Now, Replica: "seed"})
}

// makeHostedRoom makes one room more. The first people are its hosts, and the very first its owner.
func (w *world) makeHostedRoom(ctx context.Context, entry access.Entry, hosts int) (rooms.Room, error) {
	db, err := w.store(ctx)
	if err != nil {
		return rooms.Room{}, err
	}
	defer db.Close()
	r := room(w.rooms + w.hosted)
	w.hosted++
	r.Entry = entry
	grants := make([]access.Grant, hosts)
	for i := range grants {
		grants[i] = access.Grant{
			ID: uuid.Must(uuid.NewV7()).String(), RoomID: r.ID, Subject: access.Subject{Kind: access.SubjectPerson, ID: w.people[i]}, Role: access.Moderator,
			Sources: access.Everything(), SourceKind: "room", SourceID: r.ID,
		}
	}
	grants[0].Role = access.Owner
	return r, db.CreateRoom(ctx, r, grants, nil)
}

func room(i int) rooms.Room {
	now := time.Now().UTC()
	return rooms.Room{
		ID: uuid.Must(uuid.NewV7()).String(), OrgID: auth.DefaultOrgID, Slug: slug(i), MediaName: fmt.Sprintf("BENCH%d", i), Name: fmt.Sprintf("Room %d", i),
		Language: "fr", Entry: access.EntrySignedIn, PhoneEntry: access.EntryHosts, Limits: rooms.Limits{AttendanceDays: 90}, Version: 1,
		CreatedAt: now, UpdatedAt: now,
	}
}

// slug writes i in base 26 in the form of a link; copyRooms does the same in SQL.
func slug(i int) string {
	letters := make([]byte, 10)
	for at := 9; at >= 0; at-- {
		letters[at] = byte('a' + i%26)
		i /= 26
	}
	return string(letters[:3]) + "-" + string(letters[3:7]) + "-" + string(letters[7:])
}

const copyRooms = `
WITH source AS (SELECT * FROM rooms ORDER BY slug LIMIT 1),
made AS (
  INSERT INTO rooms (id, org_id, slug, media_name, name, description, language, tags, entry, min_assurance, version, created_at, updated_at)
  SELECT gen_random_uuid(), s.org_id,
         overlay(overlay(l.letters placing '-' from 4 for 0) placing '-' from 9 for 0),
         'BENCH' || i, 'Room ' || i, s.description, s.language, s.tags, s.entry, s.min_assurance, 1, s.created_at, s.updated_at
  FROM source s, generate_series(1000, %d) i,
       LATERAL (SELECT string_agg(chr(97 + ((i / (26 ^ (10 - n))::bigint) %% 26)::int), '' ORDER BY n) AS letters FROM generate_series(1, 10) n) l
  RETURNING id, org_id, created_at)
INSERT INTO room_use (room_id, org_id, active_at) SELECT id, org_id, created_at FROM made;
ANALYZE;`

// skip hands out a range of request numbers that no other load of this world uses.
func (w *world) skip(n int) int {
	w.used += n
	return w.used - n
}

// chromium is what a browser says of itself with each request.
const chromium = "Connection: keep-alive\r\nContent-Length: 2\r\nContent-Type: application/json\r\nAccept: */*\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: fr-FR,fr;q=0.9,en;q=0.8\r\n" +
	"sec-ch-ua: \"Chromium\";v=\"150\", \"Not-A.Brand\";v=\"24\"\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Linux\"\r\n" +
	"Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36\r\n"

// join is the i-th join: another person at each request, and for each person another room each time, so that every
// join makes an admission of its own. A stride that shares no factor with the count spreads the rooms.
func (w *world) join(i int) []byte {
	const stride = 104_729
	cookie, at := w.cookies[i%len(w.cookies)], (i/len(w.cookies)+i%len(w.cookies)*7)*stride%w.rooms
	return []byte("POST /api/v1/rooms/" + slug(at) + "/join HTTP/1.1\r\nHost: " + w.host() + "\r\nCookie: parvis=" + cookie +
		"\r\nOrigin: http://" + w.host() + "\r\nReferer: http://" + w.host() + "/" + slug(at) + "\r\n" + chromium + "\r\n{}")
}

func (w *world) host() string { return localhost(w.parvis.address) }

func localhost(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return net.JoinHostPort("localhost", port)
}
