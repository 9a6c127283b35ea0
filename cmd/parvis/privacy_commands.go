package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/auth/service"
	"parvis/config"
	"parvis/privacy"
)

type privacyCommands struct {
	Export    privacyExport    `cmd:"" help:"Write a copy of all that is kept of a person."`
	Erase     privacyErase     `cmd:"" help:"Erase a person, or show what that would do."`
	Hold      privacyHold      `cmd:"" help:"Keep what is about a person, or what happened in a room, from erasure and removal."`
	Release   privacyRelease   `cmd:"" help:"End a hold."`
	Holds     privacyHolds     `cmd:"" help:"List holds, the newest first."`
	Retention privacyRetention `cmd:"" help:"Report for how long each kind of data is kept, and how much there is."`
	Register  privacyRegister  `cmd:"" help:"Write the record of processing activities (GDPR, article 30) from the settings that run."`
	Verify    privacyVerify    `cmd:"" help:"Verify the receipt of an erasure."`
}

func (p *process) withPrivacy(do func(*database, *privacy.Service) error) error {
	return p.withDatabase(func(d *database) error {
		s, err := buildPrivacy(d.config, d.store, nil)
		if err != nil {
			return err
		}
		return do(d, s)
	})
}

type personKey struct {
	Person string `arg:"" help:"The person's id, or an address with --org."`
	Org    string `help:"The organization of an address: its id, siret or exact name."`
}

type privacyExport struct {
	personKey
	File string `required:"" help:"Where the archive is written, such as copy.zip. It must not exist."`
}

// Run writes a copy. Nothing of it is left when it breaks off.
func (c privacyExport) Run(p *process) error {
	return p.withPrivacy(func(d *database, s *privacy.Service) (err error) {
		person, err := d.person(p.ctx, c.Person, c.Org)
		if err != nil {
			return err
		}
		if _, err := os.Stat(c.File); err == nil {
			return fmt.Errorf("%s exists: name another file", c.File)
		}
		copied, err := s.CopyFor(p.ctx, service.Administrator(), person.ID)
		if err != nil {
			return err
		}
		draft, err := os.CreateTemp(filepath.Dir(c.File), ".parvis-export-*")
		if err != nil {
			return err
		}
		defer func() {
			if err != nil {
				_ = os.Remove(draft.Name())
			}
		}()
		if err := errors.Join(copied.Write(p.ctx, draft), draft.Close()); err != nil {
			return err
		}
		if err := os.Rename(draft.Name(), c.File); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "%s holds a copy of what is kept of %s.\n", c.File, person.ID)
		return err
	})
}

type privacyErase struct {
	output
	personKey
	To      string        `enum:",successor,deputies,archive" default:"" help:"Who takes over what the person alone leads: successor, deputies or archive."`
	Heir    string        `name:"successor" help:"With --to successor: whose it becomes, an id or an address."`
	Reason  string        `help:"Why, such as the number of the request. No name."`
	Preview bool          `help:"Say what would be done, and do nothing."`
	Wait    time.Duration `default:"1m" help:"How long to wait for the end; the platform goes on without this command."`
}

type previewWire struct {
	Person    string                         `json:"person"`
	Kinds     map[privacy.Kind]privacy.Count `json:"kinds"`
	Rooms     int                            `json:"roomsToHand"`
	Meetings  int                            `json:"meetingsToHand"`
	Holds     []string                       `json:"holds"`
	LastAdmin bool                           `json:"lastAdministrator"`
}

// Run erases somebody, or previews it.
func (c privacyErase) Run(p *process) error {
	return p.withPrivacy(func(d *database, s *privacy.Service) error {
		person, err := d.person(p.ctx, c.Person, c.Org)
		if err != nil {
			return err
		}
		if c.Preview {
			return c.preview(p, s, person.ID)
		}
		in := privacy.NewErasure{Reason: c.Reason, Handover: privacy.Handover{To: privacy.Heir(c.To)}}
		if c.Heir != "" {
			heir, err := d.person(p.ctx, c.Heir, c.Org)
			if err != nil {
				return fmt.Errorf("successor: %w", err)
			}
			in.Handover.PersonID = heir.ID
		}
		e, err := s.Erase(p.ctx, service.Administrator(), person.ID, in)
		if err != nil {
			return err
		}
		if e, err = c.wait(p, s, e); err != nil {
			return err
		}
		return c.answer(p, wireErasure(e), func() error { return writeErasure(p, e) })
	})
}

const lookAgain = 200 * time.Millisecond

// wait looks until the erasure is done, or the time for it is over.
func (c privacyErase) wait(p *process, s *privacy.Service, e privacy.Erasure) (privacy.Erasure, error) {
	for until := time.Now().Add(c.Wait); e.Receipt == nil && time.Now().Before(until); {
		select {
		case <-p.ctx.Done():
			return e, p.ctx.Err()
		case <-time.After(lookAgain):
		}
		var err error
		if e, err = s.Erasure(p.ctx, service.Administrator(), e.ID); err != nil {
			return e, err
		}
	}
	return e, nil
}

func (c privacyErase) preview(p *process, s *privacy.Service, personID string) error {
	found, err := s.PreviewErasure(p.ctx, service.Administrator(), personID)
	if err != nil {
		return err
	}
	w := previewWire{Person: personID, Kinds: found.Kinds, Rooms: found.Rooms, Meetings: found.Meetings, Holds: []string{}, LastAdmin: found.LastOne}
	for _, h := range found.Holds {
		w.Holds = append(w.Holds, h.ID)
	}
	return c.answer(p, w, func() error {
		fmt.Fprintf(p.stdout, "rooms to hand over     %d\nmeetings to hand over  %d\nholds                  %s\n\n", w.Rooms, w.Meetings, orElse(w.Holds, "none"))
		return writeCounts(p, w.Kinds)
	})
}

type erasureWire struct {
	ID      string           `json:"id"`
	Person  string           `json:"person"`
	State   string           `json:"state"`
	Receipt *privacy.Receipt `json:"receipt,omitempty"`
}

func wireErasure(e privacy.Erasure) erasureWire {
	w := erasureWire{e.ID, e.PersonID, "running", e.Receipt}
	if e.Receipt != nil {
		w.State = "done"
	}
	return w
}

func writeErasure(p *process, e privacy.Erasure) error {
	if e.Receipt == nil {
		_, err := fmt.Fprintf(p.stdout, "The erasure %s runs: sign-ins and calls have ended, parvis serve does the rest. Ask again for the receipt.\n", e.ID)
		return err
	}
	fmt.Fprintf(p.stdout, "erasure  %s  done %s\n\n", e.ID, e.Receipt.DoneAt)
	if err := writeCounts(p, e.Done.Kinds); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.stdout, "\nThe signed receipt: the same command with -o json.")
	return err
}

func writeCounts(p *process, kinds map[privacy.Kind]privacy.Count) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KIND\tREMOVED\tNAMELESS\tHELD\tWHY SOMETHING STAYS")
	for _, d := range privacy.Kinds() {
		why := d.Why.EN
		if d.Fate == privacy.Removed {
			why = ""
		}
		c := kinds[d.Kind]
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", d.Kind, c.Removed, c.Nameless, c.Held, why)
	}
	return table.Flush()
}

type privacyHold struct {
	output
	Kind    string `arg:"" enum:"person,room" help:"person or room."`
	Subject string `arg:"" help:"The person's id, or an address with --org; the room's code or id."`
	Org     string `help:"The organization of an address: its id, siret or exact name."`
	Reason  string `required:"" help:"Why, in 10 to 1000 characters, such as the number of the case."`
}

// Run places a hold.
func (c privacyHold) Run(p *process) error {
	return p.withPrivacy(func(d *database, s *privacy.Service) error {
		subject := c.Subject
		if c.Kind == string(privacy.HeldPerson) {
			person, err := d.person(p.ctx, c.Subject, c.Org)
			if err != nil {
				return err
			}
			subject = person.ID
		}
		h, err := s.PlaceHold(p.ctx, service.Administrator(), privacy.HeldKind(c.Kind), subject, c.Reason)
		if err != nil {
			return err
		}
		return writeHolds(p, c.output, []privacy.Hold{h})
	})
}

type privacyRelease struct {
	output
	ID     string `arg:"" name:"hold-id" help:"The hold's id."`
	Reason string `required:"" help:"Why it ends, in 10 to 1000 characters."`
}

// Run ends a hold.
func (c privacyRelease) Run(p *process) error {
	return p.withPrivacy(func(_ *database, s *privacy.Service) error {
		h, err := s.ReleaseHold(p.ctx, service.Administrator(), c.ID, c.Reason)
		if err != nil {
			return err
		}
		return writeHolds(p, c.output, []privacy.Hold{h})
	})
}

type privacyHolds struct{ output }

// Run lists holds.
func (c privacyHolds) Run(p *process) error {
	return p.withPrivacy(func(_ *database, s *privacy.Service) error {
		list, err := s.ListHolds(p.ctx, service.Administrator())
		if err != nil {
			return err
		}
		return writeHolds(p, c.output, list)
	})
}

type holdWire struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Subject    string     `json:"subject"`
	Reason     string     `json:"reason"`
	PlacedBy   string     `json:"placedBy"`
	PlacedAt   time.Time  `json:"placedAt"`
	ReleasedAt *time.Time `json:"releasedAt,omitempty"`
	Released   string     `json:"releaseReason,omitempty"`
}

func writeHolds(p *process, o output, list []privacy.Hold) error {
	wire := make([]holdWire, len(list))
	for i, h := range list {
		wire[i] = holdWire{h.ID, string(h.Kind), h.SubjectID, h.Reason, h.PlacedBy, h.PlacedAt, h.ReleasedAt, h.Released}
	}
	return o.answer(p, wire, func() error {
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "HOLD\tKIND\tSUBJECT\tSINCE\tRELEASED\tREASON")
		for _, w := range wire {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", w.ID, w.Kind, w.Subject, day(&w.PlacedAt), day(w.ReleasedAt), w.Reason)
		}
		return table.Flush()
	})
}

type privacyRetention struct{ output }

// Run reports on retention.
func (c privacyRetention) Run(p *process) error {
	return p.withPrivacy(func(_ *database, s *privacy.Service) error {
		report, err := s.Retention(p.ctx, service.Administrator())
		if err != nil {
			return err
		}
		return c.answer(p, report, func() error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "KIND\tROWS\tKEPT\tREMOVED BY")
			for _, r := range report {
				by := r.Job
				if r.Why != nil {
					by = "no job: " + r.Why.EN
				}
				fmt.Fprintf(table, "%s\t%d\t%s\t%s\n", r.Kind, r.Rows, r.Kept.EN, by)
			}
			return table.Flush()
		})
	})
}

type privacyRegister struct {
	Output   string `short:"o" enum:"md,json" default:"md" help:"md or json."`
	Language string `enum:"fr,en" default:"fr" help:"Of md: fr or en."`
}

// Run writes the register.
func (c privacyRegister) Run(p *process) error {
	return p.withPrivacy(func(_ *database, s *privacy.Service) error {
		r, err := s.Register(p.ctx, service.Administrator())
		if err != nil {
			return err
		}
		return output{c.Output}.answer(p, r, func() error {
			_, err := fmt.Fprint(p.stdout, r.Markdown(c.Language))
			return err
		})
	})
}

type privacyVerify struct {
	output
	File string `arg:"" help:"The receipt, or what parvis privacy erase -o json wrote."`
	Key  string `help:"The public key, as the register has it; without it, that of PARVIS_SECRET."`
}

const receiptMost = 1 << 20

// Run verifies a receipt. It needs no database.
func (c privacyVerify) Run(p *process) error {
	key, err := c.key(p)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	if info.Size() > receiptMost {
		return fmt.Errorf("%s is too large for a receipt", c.File)
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	r, err := privacy.VerifyReceipt(privacy.ReceiptIn(text), key)
	if err != nil {
		return err
	}
	return c.answer(p, r, func() error {
		_, err := fmt.Fprintf(p.stdout, "The receipt is genuine: %s erased the person %s on %s.\n", r.Platform, r.Person, r.DoneAt)
		return err
	})
}

func (c privacyVerify) key(p *process) (ed25519.PublicKey, error) {
	if c.Key != "" {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(c.Key))
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, errors.New("--key is 32 bytes in base64: see receiptKey in parvis privacy register -o json")
		}
		return key, nil
	}
	cfg, err := config.Load(p.environ, config.Database)
	if err != nil {
		return nil, err
	}
	key, err := receiptKey(cfg.Secret.Reveal())
	if err != nil || key == nil {
		return nil, errors.Join(err, errors.New("PARVIS_SECRET is missing: set it, or give the public key with --key"))
	}
	return key.Public().(ed25519.PublicKey), nil
}
