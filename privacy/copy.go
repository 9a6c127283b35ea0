package privacy

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// CopiesADay is how often a copy of one person's data is made within a day, whoever asks.
const CopiesADay = 5

// Row is one row of a copy as it is written.
type Row = map[string]any

// Copies reads what is kept of somebody.
type Copies interface {
	// NoteCopy writes that a copy was asked for, unless most were since then: fault.TooMany.
	NoteCopy(ctx context.Context, id, personID, askedBy string, at, since time.Time, most int, e event.Event) error
	// CopyOf answers the rows of a kind after a key, and the key of the last; an empty one when there are no more. What is in a
	// row tells of the person, or of the meeting; of others nothing.
	CopyOf(ctx context.Context, personID string, kind Kind, after string) (rows []Row, next string, err error)
}

// Copy is a copy that may be written.
type Copy struct {
	about Subject
	s     *Service
	at    time.Time
}

// Name is the name of the file: a date, and nobody's name.
func (c *Copy) Name() string { return "parvis-export-" + c.at.Format(time.DateOnly) + ".zip" }

// CopyFor answers a copy of what is kept of a person, for themself or for an administrator. It counts.
func (s *Service) CopyFor(ctx context.Context, who auth.Identity, personID string) (*Copy, error) {
	own := who.Kind == auth.Person && who.PersonID == personID && !who.Delegated()
	var about Subject
	var err error
	if own {
		about, err = s.People.DataSubject(ctx, personID)
	} else {
		about, err = s.mayActOn(ctx, who, auth.PeopleExport, personID)
	}
	if err != nil {
		return nil, err
	}
	if err := about.gone(); err != nil {
		return nil, err
	}
	at := s.Now().UTC()
	e := s.happened(who, event.PersonExported, about.OrgID, "person:"+about.ID, map[string]any{"own": own})
	if err := s.Copies.NoteCopy(ctx, newID(), about.ID, actor(who), at, at.Add(-24*time.Hour), CopiesADay, e); err != nil {
		return nil, err
	}
	return &Copy{about, s, at}, nil
}

func (a Subject) gone() error {
	if a.ErasingAt != nil || a.ErasedAt != nil {
		return fault.New(fault.CodePersonErased, "nothing is left to be copied")
	}
	return nil
}

// Manifest ends a copy: a copy without it, or that does not agree with it, is not whole.
type Manifest struct {
	Person   string `json:"person"`
	MadeAt   string `json:"madeAt"`
	Platform string `json:"platform"`
	Complete bool   `json:"complete"`
	Files    []File `json:"files"`
}

// File is one file of a copy.
type File struct {
	Name   string `json:"name"`
	Kind   Kind   `json:"kind,omitempty"`
	Rows   int    `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Write writes the copy as a zip archive. An error leaves an archive without its end, which nothing opens: the caller has to let
// whoever reads see that it broke off.
func (c *Copy) Write(ctx context.Context, w io.Writer) error {
	archive := zip.NewWriter(w)
	manifest := Manifest{Person: c.about.ID, MadeAt: c.at.Format(time.RFC3339), Platform: c.s.URL, Complete: true}
	add := func(name string, kind Kind, write func(io.Writer) (int, error)) error {
		f, err := c.file(archive, name, kind, write)
		manifest.Files = append(manifest.Files, f)
		return err
	}
	for _, language := range []string{"fr", "en"} {
		err := add(map[string]string{"fr": "LISEZMOI.txt", "en": "README.txt"}[language], "", func(w io.Writer) (int, error) {
			_, err := io.WriteString(w, readme(language, c.at, c.s.URL))
			return 0, err
		})
		if err != nil {
			return err
		}
	}
	for _, d := range declared {
		if !d.Exported() {
			continue
		}
		if err := add(string(d.Kind)+".json", d.Kind, func(w io.Writer) (int, error) { return c.rows(ctx, w, d.Kind) }); err != nil {
			return err
		}
	}
	now, err := c.s.People.DataSubject(ctx, c.about.ID)
	if err == nil {
		err = now.gone() // what was read since is not whole
	}
	if err != nil {
		return fmt.Errorf("end of a copy: %w", err)
	}
	_, err = c.file(archive, "manifest.json", "", func(w io.Writer) (int, error) {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return 0, e.Encode(manifest)
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

func (c *Copy) file(archive *zip.Writer, name string, kind Kind, write func(io.Writer) (int, error)) (File, error) {
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: c.at})
	if err != nil {
		return File{}, fmt.Errorf("copy %s: %w", name, err)
	}
	sum, size := sha256.New(), counter(0)
	out := bufio.NewWriter(io.MultiWriter(entry, sum, &size))
	rows, err := write(out)
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = archive.Flush() // so that whoever waits sees that it goes on
	}
	if err != nil {
		return File{}, fmt.Errorf("copy %s: %w", name, err)
	}
	return File{Name: name, Kind: kind, Rows: rows, Bytes: int64(size), SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// rows writes a list of JSON, a row a line.
func (c *Copy) rows(ctx context.Context, w io.Writer, kind Kind) (n int, err error) {
	if _, err := io.WriteString(w, "["); err != nil {
		return 0, err
	}
	for after, more := "", true; more; {
		rows, next, err := c.s.Copies.CopyOf(ctx, c.about.ID, kind, after)
		if err != nil {
			return n, err
		}
		for _, row := range rows {
			text, err := json.Marshal(row)
			if err != nil {
				return n, err
			}
			lead := ",\n"
			if n == 0 {
				lead = "\n"
			}
			if _, err := w.Write(append([]byte(lead), text...)); err != nil {
				return n, err
			}
			n++
		}
		after, more = next, next != ""
	}
	_, err = io.WriteString(w, "\n]\n")
	return n, err
}
